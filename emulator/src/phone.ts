import type { EmulatorApp, EmulatorUser, Platform } from './options/apps-and-users.js';
import type { Backend } from './backend.js';
import type { Destination } from './wechat/open/callback-address.js';
import { authorize, decide, type Decision } from './wechat/open/in-wechat-flow.js';
import { approveQr, cancelQr, scanQr } from './wechat/open/qr-flow.js';
import type { QrLogin } from './wechat/open/qr-logins.js';

const AUTHORIZE_PATH = '/connect/oauth2/authorize';

/**
 * A phone that a script holds: what a user does with WeChat, without pages. What cannot be done (an unknown
 * user, a QR code that has expired, an app of another platform) throws an Error that says why.
 */
export class Phone {
  private readonly backend: Backend;

  /** @internal */
  constructor(backend: Backend) {
    this.backend = backend;
  }

  /**
   * The camera sees a QR code; the page on the screen says so.
   *
   * @param uuid the 16 characters behind `/connect/qrcode/` in the QR page
   * @example wechat.phone.scan(uuid);
   */
  scan(uuid: string): void {
    scanQr(this.backend, this.login(uuid));
  }

  /**
   * The user taps "allow" (after scanning, if that has not happened yet).
   *
   * @param uuid see `scan`
   * @param openUser `name` of the user; default the first of `users`
   * @returns the code that the poll reports, and the URL that the QR page goes to with it
   * @example const { url } = wechat.phone.approve(uuid, 'amei');
   */
  approve(uuid: string, openUser?: string): Destination & { code: string } {
    const login = this.login(uuid);
    const user = this.user(openUser);
    scanQr(this.backend, login);
    return approveQr(this.backend, login, user);
  }

  /**
   * The user taps "cancel" (after scanning). The same code can be scanned again.
   *
   * @param uuid see `scan`
   * @example wechat.phone.cancel(uuid);
   */
  cancel(uuid: string): void {
    const login = this.login(uuid);
    scanQr(this.backend, login);
    cancelQr(this.backend, login);
  }

  /**
   * Opens a URL of `/connect/oauth2/authorize` in WeChat's browser and answers the consent page, if there is
   * one. The journal has it as a request of `'phone'`.
   *
   * @param url absolute, as the app sends the browser there
   * @param options who answers, and how
   * @param options.user `name` of the user; default the first of `users`
   * @param options.decision what is tapped on the consent page, default `'allow'`
   * @returns where the browser goes: `url`, under `doubleCallback` also `again`; `{}` if it stays at WeChat
   * @throws Error with WeChat's wording if WeChat shows an error page; TypeError for any other URL
   * @example const { url } = wechat.phone.open(address, { user: 'amei', decision: 'allow' });
   */
  open(url: string, options: { user?: string; decision?: Decision } = {}): Partial<Destination> {
    const user = this.user(options.user);
    if (!URL.canParse(url)) throw new TypeError('phone.open(): the URL must be absolute');
    const { searchParams, pathname, host } = new URL(url);
    if (pathname !== AUTHORIZE_PATH) {
      throw new TypeError(`phone.open(): ${pathname} is not ${AUTHORIZE_PATH}`);
    }
    const { journal, masking, consents } = this.backend;
    const recorded = journal.add({
      endpoint: 'authorize',
      method: 'GET',
      path: pathname,
      params: searchParams,
      headers: { host },
      ip: 'phone',
    });
    const sent = `phone opens ${masking.summary('GET', pathname, searchParams)}`;
    const result = authorize(this.backend, searchParams, { user, inWeChat: true, sent });
    journal.answer(recorded, { status: 'destination' in result ? 302 : 200 });
    if ('error' in result) {
      const { text, hint } = result.error;
      throw new Error(masking.text(`phone.open(): ${text}. ${hint.en}`));
    }
    if ('destination' in result) return result.destination;
    consents.take(result.ticket);
    return decide(this.backend, result.consent, user, options.decision ?? 'allow') ?? {};
  }

  /**
   * What the SDK in a native app gets from `SendAuth`: the code that the app posts to its server.
   *
   * @param request what the app hands to the SDK, and the user who holds the phone
   * @param request.appid of a mobile app
   * @param request.user `name` of the user; default the first of `users`
   * @param request.scope `snsapi_userinfo`, which is the default; mobile apps have no other
   * @param request.state comes back as it is
   * @example const { code } = wechat.phone.sendAuth({ appid, user: 'amei', state });
   */
  sendAuth(request: { appid: string; user?: string; scope?: string; state?: string }): {
    code: string;
    state?: string;
  } {
    const { appid, user, scope = 'snsapi_userinfo', state } = request;
    if (scope !== 'snsapi_userinfo')
      throw new Error('phone.sendAuth(): a mobile app may only ask for snsapi_userinfo');
    return { code: this.mint(appid, 'mobileApp', user, scope), ...(state !== undefined && { state }) };
  }

  /**
   * What `wx.login` gives a mini program: the code that it posts to its server, there called `js_code`.
   *
   * @param request the mini program, and the user who holds the phone
   * @param request.appid of a mini program
   * @param request.user `name` of the user; default the first of `users`
   * @example const { code } = wechat.phone.wxLogin({ appid, user: 'amei' });
   */
  wxLogin(request: { appid: string; user?: string }): { code: string } {
    const { appid, user } = request;
    return { code: this.mint(appid, 'miniProgram', user, 'wx.login') };
  }

  private mint(appid: string, platform: Platform, name: string | undefined, scope: string): string {
    const app = this.requireApp(appid, platform);
    const user = this.user(name);
    const trace = this.backend.traces.start(appid, app);
    trace.user = user.name;
    const sent = platform === 'mobileApp' ? `SendAuth ${scope}` : 'wx.login';
    this.backend.traces.add(trace, { endpoint: 'phone', sent, answered: 'code', ok: true });
    return this.backend.grants.issueCode({ app, user, scope, snapshot: false, trace });
  }

  private requireApp(appid: string, platform: Platform): EmulatorApp {
    const app = this.backend.app(appid);
    if (app?.platform === platform) return app;
    const others = this.backend.options.apps.filter((other) => other.platform === platform);
    const known = others.map((other) => other.appid).join(', ');
    throw new Error(
      `${this.backend.masking.text(appid)} is not the appid of a ${platform}; there is ${known === '' ? 'none' : known}`,
    );
  }

  private user(name: string | undefined): EmulatorUser {
    if (name === undefined) return this.backend.firstUser;
    const user = this.backend.user(name);
    if (user) return user;
    const known = this.backend.options.users.map((other) => other.name).join(', ');
    throw new Error(`no user is named ${name}; there are ${known}`);
  }

  private login(uuid: string): QrLogin {
    const login = this.backend.qrLogins.get(uuid);
    if (!login) throw new Error('this QR code is unknown or has expired: open a new QR page');
    if (login.status === 'confirmed') throw new Error('this QR code has been used: open a new QR page');
    return login;
  }
}
