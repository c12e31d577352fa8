import { DEFAULT_APPS } from '../options/defaults.js';
import { renderStartPage } from '../pages/render.js';
import type { Answer } from '../wechat/answer.js';
import type { Backend } from '../wechat/backend.js';
import { identity } from '../wechat/ids.js';
import type { Call } from './call.js';
import { appName, pageUsers, unframed } from './page-answers.js';

/** The emulator's own page: apps, people, the last logins step by step. */
export function startPage(backend: Backend, call: Call): Answer {
  const { lang, origin } = call;
  const { settings, traces } = backend;
  const apps = settings.apps.map((app) => {
    // The built-in secrets are made up and printed in the README; an app's own secret is shown to nobody.
    const isBuiltIn = DEFAULT_APPS.some(({ secret }) => secret === app.secret);
    const { appid, platform, domains = [], secret } = app;
    return { appid, name: appName(call, app), platform, domains, ...(isBuiltIn && { secret }) };
  });
  const users = pageUsers(backend, call).map((shown) => {
    const user = backend.user(shown.name) ?? call.user;
    const identities = settings.apps.map((app) => ({
      appName: appName(call, app),
      ...identity(app, user, false),
    }));
    return { ...shown, identities };
  });
  return unframed(renderStartPage({ lang, origin, apps, users, logins: traces.list }));
}
