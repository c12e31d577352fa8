import { beginLogin, isBegun, type Begun } from './begin-login.js';
import { Browser, type BrowserSettings } from './browser.js';
import { checkAuthorizationUrl } from './checks/authorization-url.js';
import { checkComingBack, type BegunLogin } from './checks/coming-back.js';
import { checkCookies } from './checks/cookies.js';
import { checkClock, checkNetwork } from './checks/network.js';
import { checkRedirectUri } from './checks/redirect-uri.js';
import { checkState } from './checks/state.js';
import { checkWeChatPage, IN_APP_ONLY, UNREACHABLE } from './checks/wechat-page.js';
import { checkWhoPage } from './checks/who-page.js';
import { checkConformance } from './conformance/conformance.js';
import { pageKey } from './who.js';
import { observe, toFinding, type Finding, type Observation } from './finding.js';
import { resolveOptions, type ExamineOptions, type ResolvedOptions } from './options.js';
import { NoResponseError } from './request.js';
import { same } from './text.js';
import { isWeChatHost, type BrowserKind } from './wechat.js';

const NETWORK_PATIENCE = 5000;

/**
 * Examines the WeChat login of an app from outside, as a browser would. Yields each finding as soon as it is known. The
 * number of requests is bounded; they go to the site of `url`, to that of `who`, and to WeChat or the emulator.
 *
 * @param url where the app begins a login: what the login button opens
 * @throws TypeError if the URL or an option makes no sense
 * @example for await (const { level, message } of examine('https://shop.example.com/auth/wechat')) console.log(level, message);
 */
export function examine(url: string | URL, options: ExamineOptions = {}): AsyncGenerator<Finding, void> {
  const resolved = resolveOptions(url, options);
  return inLanguage(examineAll(resolved), resolved);
}

async function* inLanguage(
  observations: AsyncGenerator<Observation>,
  { language }: ResolvedOptions,
): AsyncGenerator<Finding, void> {
  for await (const observation of observations) yield toFinding(observation, language);
}

async function* examineAll(options: ResolvedOptions): AsyncGenerator<Observation> {
  const { url, emulator, who, language, patience, onStep } = options;
  const browserSettings: BrowserSettings = {
    allowed: who ? [url, who] : [url],
    emulator,
    patience,
    language,
    onRequest: (target) => {
      onStep(`${target.host}${target.pathname}`);
    },
  };
  const begin = (kind: BrowserKind): Promise<Begun | Observation> =>
    beginLogin(new Browser(kind, browserSettings), url);

  const kinds: BrowserKind[] = [
    ...(options.desktop ? ['desktop' as const] : []),
    ...(options.wechat ? ['wechat' as const] : []),
  ];
  const unusable = who && (await checkWhoPage(who, new Browser(kinds[0] ?? 'desktop', browserSettings)));
  if (unusable) {
    yield unusable;
    return;
  }
  const logins: Begun[] = [];
  for (const kind of kinds) {
    const login = await begin(kind);
    if (!isBegun(login)) {
      yield login;
      // The app answers every browser alike if it does not answer one.
      if (login.rule.id === 'begin.unreachable') return;
      continue;
    }
    // An app with one way for every browser is judged once, as the desktop browser that it is for.
    const [first] = logins;
    if (first?.page === 'qrconnect' && login.page === 'qrconnect') {
      yield* checkAuthorizationUrl(asSent(login, emulator)).filter(({ rule }) =>
        rule.id.includes('qr-code-in-wechat'),
      );
      continue;
    }
    if (kind === 'desktop' && login.page === 'authorize' && options.wechat) {
      // The rest is judged in WeChat's browser, which the page is for.
      yield* checkAuthorizationUrl(asSent(login, emulator)).filter(({ rule }) =>
        rule.id.includes('on-desktop'),
      );
      continue;
    }
    logins.push(login);
    const observations = examineLogin(login, await begin(kind), browserSettings);
    yield* kind === 'wechat' ? insideWeChat(observations) : observations;
  }

  const [login] = logins;
  if (login) {
    yield* checkClock(login.response.headers.date, login.response.url.host);
    const others = login.url.searchParams.get('state') ?? '';
    const next = async (): Promise<BegunLogin | undefined> => asBegun(await begin(login.browser.kind));
    const stranger = new Browser(login.browser.kind, browserSettings);
    yield* checkComingBack(next, others, browserSettings, who && (await recognizeLogin(who, stranger)));
  }
  if (options.network)
    yield* checkNetwork({ patience: Math.min(patience, NETWORK_PATIENCE), env: process.env });
  if (login && emulator) yield* checkConformance(logins, { ...options, emulator }, browserSettings);
}

/** Two browsers give the same findings; what was seen says of which. */
async function* insideWeChat(observations: AsyncGenerator<Observation>): AsyncGenerator<Observation> {
  for await (const { rule, seen } of observations) {
    yield { rule, seen: { en: `inside WeChat: ${seen.en}`, zh: `微信内：${seen.zh}` } };
  }
}

/** A page of `who` that differs from a stranger's is somebody's. Of one that is not there nothing can be said. */
async function recognizeLogin(
  who: URL,
  stranger: Browser,
): Promise<((browser: Browser) => Promise<boolean>) | undefined> {
  const look = async (browser: Browser): Promise<string | undefined> => {
    const visit = await browser.open(who).catch(() => undefined);
    return visit && pageKey(visit.response);
  };
  const anonymous = await look(stranger);
  return anonymous === undefined
    ? undefined
    : async (browser) => ![anonymous, undefined].includes(await look(browser));
}

/** What can be judged without coming back. */
async function* examineLogin(
  login: Begun,
  again: Begun | Observation,
  browserSettings: BrowserSettings,
): AsyncGenerator<Observation> {
  const { browser, url, page, cookies, hasPage } = login;
  const sent = asSent(login, browserSettings.emulator);
  yield login.how;
  yield* checkAuthorizationUrl(sent);
  yield* checkRedirectUri(sent);
  const states = [url, ...(isBegun(again) ? [again.url] : [])].map(
    ({ searchParams }) => searchParams.get('state') ?? '',
  );
  yield* checkState(page, states as [string, string?]);
  const redirectUri = url.searchParams.get('redirect_uri') ?? '';
  if (URL.canParse(redirectUri)) {
    const target = new URL(redirectUri);
    const comingAlong = await browser.cookiesFromWeChat(target);
    yield* checkCookies({ cookies, comingAlong, redirectUri: target, hasPage });
  }
  yield* examineWeChatPage(login, browserSettings);
}

async function* examineWeChatPage(
  { browser, url, page }: Begun,
  { emulator }: BrowserSettings,
): AsyncGenerator<Observation> {
  // Of a page elsewhere it has been said that it is not WeChat's.
  if (!emulator && !isWeChatHost(url)) return;
  if (page === 'authorize' && !emulator && browser.kind === 'wechat') {
    yield observe(IN_APP_ONLY, same(url.host));
    return;
  }
  try {
    const response = await browser.openWeChat(url);
    yield checkWeChatPage(response);
    if (!emulator) yield* checkClock(response.headers.date, url.host);
  } catch (error) {
    if (!(error instanceof NoResponseError)) throw error;
    yield observe(UNREACHABLE, same(`${url.host}: ${error.code}`));
  }
}

function asSent(
  { url, page, browser, embedded }: Begun,
  emulator: URL | undefined,
): Parameters<typeof checkAuthorizationUrl>[0] {
  return { url, page, browser: browser.kind, emulator, embedded };
}

/** A login that can come back; one with a redirect_uri that is no URL, or at a foreign site, cannot. */
function asBegun(login: Begun | Observation): BegunLogin | undefined {
  if (!isBegun(login)) return undefined;
  const { browser, page, url } = login;
  const redirectUri = url.searchParams.get('redirect_uri') ?? '';
  if (!URL.canParse(redirectUri) || !browser.mayVisit(new URL(redirectUri))) return undefined;
  return { browser, page, redirectUri, state: url.searchParams.get('state') ?? '' };
}
