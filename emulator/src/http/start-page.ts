import { authorizedComponents } from '../options/apps-and-users.js';
import { DEFAULT_APPS, DEFAULT_COMPONENTS } from '../options/defaults.js';
import { renderStartPage } from '../pages/render.js';
import type { Answer } from '../wechat/answer.js';
import type { Backend } from '../backend.js';
import { identity } from '../wechat/ids.js';
import type { EmulatorRequest } from './emulator-request.js';
import { appName, pageUsers, unframed } from './page-answers.js';

/** The emulator's own page: apps, users, the last logins step by step. */
export function startPage(backend: Backend, request: EmulatorRequest): Answer {
  const { lang, origin } = request;
  const { apps: ownApps, components: all } = backend.options;
  const components = authorizedComponents(ownApps, all).map((each) => ({
    ...each,
    platform: 'component' as const,
  }));
  const apps = [...ownApps, ...components].map((app) => {
    // The built-in secrets are made up and printed in the README; an app's own secret is shown to nobody.
    const isBuiltIn = [...DEFAULT_APPS, ...DEFAULT_COMPONENTS].some(({ secret }) => secret === app.secret);
    const { appid, platform, domains = [], secret } = app;
    return { appid, name: appName(request, app), platform, domains, ...(isBuiltIn && { secret }) };
  });
  const users = pageUsers(backend, request).map((shown) => {
    const user = backend.user(shown.name) ?? request.user;
    const identities = ownApps.map((app) => ({
      appName: appName(request, app),
      ...identity(app, user, false),
    }));
    return { ...shown, identities };
  });
  return unframed(renderStartPage({ lang, origin, apps, users, logins: backend.traces.list }));
}
