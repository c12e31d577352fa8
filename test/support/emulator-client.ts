import {
  createEmulator,
  DEFAULT_APPS,
  type Emulator,
  type EmulatorApp,
  type EmulatorOptions,
} from 'wechat-login-emulator';
import { uuidIn } from './qr-code.js';
import { WECHAT_UA } from './user-agent.js';

export const [website, account, mobileApp, miniProgram] = DEFAULT_APPS;

export const CALLBACK = 'http://localhost:3000/auth/wechat/callback';

export const IN_WECHAT = { 'User-Agent': WECHAT_UA };

type Params = Record<string, string>;
type Credentials = Pick<EmulatorApp, 'appid' | 'secret'>;
export type Json = Record<string, unknown>;

/** What the token endpoints answer; after a refusal only `errcode` and `errmsg` are there. */
export interface Token {
  access_token: string;
  refresh_token: string;
  openid: string;
  unionid?: string;
  scope: string;
  expires_in: number;
  is_snapshotuser?: number;
  errcode?: number;
  errmsg?: string;
}

/** An emulator that listens, and the calls that a client makes to it. */
export class Client {
  readonly wechat: Emulator;
  origin = '';

  constructor(options: EmulatorOptions = {}) {
    this.wechat = createEmulator({ pollHold: 50, ...options });
  }

  async listen(): Promise<void> {
    ({ origin: this.origin } = await this.wechat.listen());
  }

  get(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.origin + path, { redirect: 'manual', ...init });
  }

  async text(path: string, init?: RequestInit): Promise<string> {
    return (await this.get(path, init)).text();
  }

  /** A call of api.weixin.qq.com. */
  async sns(path: string, params: Params): Promise<Json> {
    return (await (await this.get(`/sns/${path}?${query(params)}`)).json()) as Json;
  }

  async exchange(
    code: string,
    { appid, secret }: Credentials = website,
    params: Params = {},
  ): Promise<Token> {
    const all = { appid, secret, code, grant_type: 'authorization_code', ...params };
    return (await this.sns('oauth2/access_token', all)) as unknown as Token;
  }

  async refresh(refresh_token: string, { appid }: Pick<Credentials, 'appid'> = website): Promise<Token> {
    const all = { appid, grant_type: 'refresh_token', refresh_token };
    return (await this.sns('oauth2/refresh_token', all)) as unknown as Token;
  }

  userinfo({ access_token, openid }: Pick<Token, 'access_token' | 'openid'>): Promise<Json> {
    return this.sns('userinfo', { access_token, openid });
  }

  qrPage(params: Params = {}): Promise<Response> {
    return this.get(`/connect/qrconnect?${query({ ...qrParams(), ...params })}`);
  }

  /** Opens a QR page and reads the uuid out of it. */
  async uuid(params?: Params): Promise<string> {
    return uuidIn(await (await this.qrPage(params)).text());
  }

  poll(uuid: string, last = ''): Promise<string> {
    return this.text(`/connect/l/qrconnect?uuid=${uuid}&last=${last}`);
  }

  /** The code of a finished QR login. */
  async code(user?: string): Promise<string> {
    return this.wechat.phone.approve(await this.uuid(), user).code;
  }

  /** The token reply of a finished QR login. */
  async login(user?: string): Promise<Token> {
    return this.exchange(await this.code(user));
  }

  authorize(params: Params = {}, headers: Record<string, string> = IN_WECHAT): Promise<Response> {
    return this.get(`/connect/oauth2/authorize?${query({ ...authorizeParams(), ...params })}`, { headers });
  }

  /** The URL that the phone opens for a login inside WeChat. */
  authorizeUrl(params: Params = {}): string {
    return `${this.origin}/connect/oauth2/authorize?${query({ ...authorizeParams(), ...params })}`;
  }

  /** The code of a finished login inside WeChat. */
  accountCode(params: Params = {}, options: Parameters<Emulator['phone']['open']>[1] = {}): string {
    const { url = '' } = this.wechat.phone.open(this.authorizeUrl(params), options);
    return new URL(url).searchParams.get('code') ?? '';
  }

  form(path: string, fields: Params, headers: Record<string, string> = {}): Promise<Response> {
    return this.get(path, { method: 'POST', body: new URLSearchParams(fields), headers });
  }

  control(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const type = { 'Content-Type': 'application/json' };
    return this.get(`/_emulator${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { ...type, ...headers },
    });
  }
}

export function query(params: Params): string {
  return new URLSearchParams(params).toString();
}

export function qrParams(): Params {
  return {
    appid: website.appid,
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'snsapi_login',
    state: 'xyz',
  };
}

export function authorizeParams(): Params {
  return {
    appid: account.appid,
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: 'snsapi_userinfo',
    state: 's1',
  };
}

/** Starts an emulator for the tests of a file (or a describe block) and forgets everything between them. */
export function startClient(options?: EmulatorOptions): Client {
  const client = new Client(options);
  beforeAll(() => client.listen());
  beforeEach(() => client.wechat.reset());
  afterAll(() => client.wechat.close());
  return client;
}

/** So many requests, some at a time. */
export async function repeat(times: number, send: () => Promise<Response>): Promise<void> {
  for (let sent = 0; sent < times; sent += 50) {
    await Promise.all(
      Array.from({ length: Math.min(50, times - sent) }, async () => (await send()).arrayBuffer()),
    );
  }
}
