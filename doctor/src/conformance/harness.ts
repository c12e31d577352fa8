import { setTimeout as sleep } from 'node:timers/promises';
import { beginLogin, isBegun } from '../begin-login.js';
import { Browser, type BrowserSettings, type Visit } from '../browser.js';
import { findQrCode } from '../checks/wechat-page.js';
import { NoResponseError, type NoResponse } from '../request.js';
import { callbackUrl, type BrowserKind, type LoginPage } from '../wechat.js';
import { EmulatorError, type EmulatorControl } from './control.js';
import { identify, pageKey, type KnownPages, type Who } from '../who.js';

/** A login that has begun, up to WeChat's page. */
export interface Started {
  browser: Browser;
  url: URL;
  page: LoginPage;
  redirectUri: string;
  state: string;
}

/** How coming back ended. */
export type Ending = { visit: Visit } | { reason: NoResponse };

/** What a scenario comes to. */
export interface ScenarioResult {
  endings: Ending[];
  who: Who;
  /** The nickname that the page must show; absent where any of the scenario's will do. */
  name?: string;
}

/** Changes of userinfo's reply, beside the nickname. */
interface UserinfoFault {
  fields?: Record<string, unknown>;
  omit?: string[];
}

interface HarnessSettings {
  kind: BrowserKind;
  url: URL;
  who: URL | undefined;
  users: [string, string];
}

/** The app, the emulator and visitors with browsers of their own: what scenarios are played with. */
export class Harness {
  readonly control: EmulatorControl;
  readonly kind: BrowserKind;
  readonly known: KnownPages = {};
  private readonly settings: HarnessSettings;
  private readonly browserSettings: BrowserSettings;
  private names: string[] = [];

  constructor(control: EmulatorControl, settings: HarnessSettings, browserSettings: BrowserSettings) {
    this.control = control;
    this.kind = settings.kind;
    this.settings = settings;
    this.browserSettings = browserSettings;
  }

  /** Forgets all that the emulator knows, and what faults are left. */
  async clear(): Promise<void> {
    this.names = [];
    await this.control.reset();
  }

  visitor(): Browser {
    return new Browser(this.kind, this.browserSettings);
  }

  async begin(browser = this.visitor()): Promise<Started> {
    const login = await beginLogin(browser, this.settings.url);
    if (!isBegun(login)) throw new EmulatorError(`the login did not begin: ${login.rule.id}`);
    const { url, page } = login;
    const [redirectUri, state] = ['redirect_uri', 'state'].map((name) => url.searchParams.get(name) ?? '');
    return { browser, url, page, redirectUri: redirectUri ?? '', state: state ?? '' };
  }

  /**
   * A user allows the login: gives the URL that WeChat returns to. The nickname is made up for this one login, so that
   * it can be recognized whatever users the emulator has. A fault of userinfo that was ordered before comes first.
   */
  async allow(
    login: Started,
    { user = 0, userinfo = {} }: { user?: 0 | 1; userinfo?: UserinfoFault } = {},
  ): Promise<{ url: URL; name: string }> {
    const name = `doctor${Math.random().toString(36).slice(2, 10)}`;
    this.names.push(name);
    const account = this.settings.users[user];
    const url =
      login.page === 'authorize'
        ? await this.control.open(login.url, account)
        : await this.control.approve(await this.qrCode(login), account);
    await this.control.fault('userinfo', { ...userinfo, fields: { ...userinfo.fields, nickname: name } });
    return { url: new URL(url), name };
  }

  async qrCode({ browser, url }: Started): Promise<string> {
    const uuid = findQrCode(await browser.openWeChat(url));
    if (uuid === undefined) throw new EmulatorError('the emulator shows no QR code');
    return uuid;
  }

  /** The callback as WeChat would build it with these parameters. */
  callback({ page, redirectUri }: Started, parameters: [string, string][]): URL {
    return new URL(callbackUrl(page, redirectUri, parameters));
  }

  async comeBack(browser: Browser, url: URL): Promise<Ending> {
    if (!browser.mayVisit(url)) throw new EmulatorError(`${url.host} is no site that the doctor was given`);
    try {
      return { visit: await browser.open(url, 'wechat') };
    } catch (error) {
      if (!(error instanceof NoResponseError)) throw error;
      return { reason: error.reason };
    }
  }

  /** Comes back once, and known who is logged in then. */
  async finish(browser: Browser, { url, name }: { url: URL; name?: string }): Promise<ScenarioResult> {
    const ending = await this.comeBack(browser, url);
    const who = await this.whoIs(browser, ending);
    return { endings: [ending], who, ...(name !== undefined && { name }) };
  }

  /** Lets another call of userinfo give this nickname, too. */
  async repeatNickname(name: string): Promise<void> {
    await this.control.fault('userinfo', { fields: { nickname: name } });
  }

  async whoIs(browser: Browser, ending: Ending): Promise<Who> {
    const { who } = this.settings;
    if (who) {
      const visit = await this.comeBack(browser, who);
      return 'visit' in visit ? identify(visit.visit, this.names, this.known) : { is: 'nobody' };
    }
    return 'visit' in ending ? identify(ending.visit, this.names, this.known) : { is: 'nobody' };
  }

  /** Learns what a visitor sees who is not logged in. */
  async meetAnonymous(): Promise<void> {
    if (!this.settings.who) return;
    const visit = await this.comeBack(this.visitor(), this.settings.who);
    if ('visit' in visit) this.known.anonymous = pageKey(visit.visit.response);
  }

  /** Whether the app answers; one that a process manager starts again is waited for. */
  async isAlive(): Promise<'yes' | 'again' | 'no'> {
    const until = Date.now() + this.browserSettings.patience;
    for (let refused = false; ; refused = true) {
      const ending = await this.comeBack(this.visitor(), this.settings.url);
      if (!('reason' in ending) || ending.reason === 'silence') return refused ? 'again' : 'yes';
      if (Date.now() > until) return 'no';
      await sleep(200);
    }
  }
}
