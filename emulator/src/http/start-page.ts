import { DEFAULT_APPS } from '../options/defaults.js';
import { renderStartPage } from '../pages/render.js';
import type { Answer } from '../wechat/answer.js';
import type { Backend } from '../wechat/backend.js';
import type { Call } from './call.js';
import { pageUsers, unframed } from './page-answers.js';

/** The emulator's own page: apps, people, the last logins step by step. */
export function startPage(backend: Backend, call: Call): Answer {
  const apps = backend.settings.apps.map(({ secret, appid, name, platform, domains = [] }) => {
    // The built-in secrets are made up and printed in the README; an app's own secret is shown to nobody.
    const isBuiltIn = DEFAULT_APPS.some((app) => app.secret === secret);
    return { appid, name, platform, domains, ...(isBuiltIn && { secret }) };
  });
  const { lang, origin } = call;
  return unframed(
    renderStartPage({ lang, origin, apps, users: pageUsers(backend, call), logins: backend.traces.list }),
  );
}
