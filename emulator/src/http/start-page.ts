import type { Answer } from '../answer.js';
import { DEFAULT_APPS } from '../defaults.js';
import { renderStartPage } from '../pages.js';
import type { State } from '../state.js';
import type { Call } from './call.js';
import { pageUsers, unframed } from './page-answers.js';

/** The emulator's own page: apps, people, the last logins step by step. */
export function startPage(state: State, call: Call): Answer {
  const apps = state.settings.apps.map(({ secret, appid, name, platform, domains = [] }) => {
    // The built-in secrets are made up and printed in the README; an app's own secret is shown to nobody.
    const isBuiltIn = DEFAULT_APPS.some((app) => app.secret === secret);
    return { appid, name, platform, domains, ...(isBuiltIn && { secret }) };
  });
  const { lang, origin } = call;
  return unframed(
    renderStartPage({ lang, origin, apps, users: pageUsers(state, call), logins: state.traces.list }),
  );
}
