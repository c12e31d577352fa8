import { authorizedComponents } from '../options/apps-and-users.js';
import { DEFAULT_APPS, DEFAULT_COMPONENTS } from '../options/defaults.js';
import { renderStartPage } from '../pages/render.js';
import type { Answer } from '../wechat/answer.js';
import type { Backend } from '../backend.js';
import type { EmulatorRequest } from './emulator-request.js';
import { pageUsers, unframed } from './page-answers.js';

/** The emulator's own page: apps, users, the last logins step by step. */
export function startPage(backend: Backend, request: EmulatorRequest): Answer {
  const { apps: ownApps, components: all } = backend.options;
  const components = authorizedComponents(ownApps, all).map((each) => ({
    ...each,
    platform: 'component' as const,
  }));
  const apps = [...ownApps, ...components].map(({ secret, appid, name, platform, domains = [] }) => {
    // The built-in secrets are made up and printed in the README; an app's own secret is shown to nobody.
    const isBuiltIn = [...DEFAULT_APPS, ...DEFAULT_COMPONENTS].some((app) => app.secret === secret);
    return { appid, name, platform, domains, ...(isBuiltIn && { secret }) };
  });
  const { lang, origin } = request;
  return unframed(
    renderStartPage({ lang, origin, apps, users: pageUsers(backend, request), logins: backend.traces.list }),
  );
}
