import request from 'supertest';
import type { Emulator } from 'wechat-login-emulator';
import {
  WeChatClient,
  WeChatStrategy,
  type WeChatEndpoint,
  type WeChatStrategyOptions,
} from 'passport-wechat-oauth2';
import { miniProgram, mobileApp } from './emulator.js';
import { appWith } from './express-app.js';

/**
 * How a call to WeChat ended: with something that identifies the user, an error, or the status of a Passport `fail`.
 */
export interface Ending {
  result?: unknown;
  error?: unknown;
  failed?: number;
}

/** Makes one call to WeChat through the public API, with whatever has to come before it. */
export type Attempt = () => Promise<Ending>;

export const ENDPOINTS = [
  'access_token',
  'userinfo',
  'jscode2session',
  'refresh_token',
  'auth',
] as const satisfies readonly WeChatEndpoint[];

/** What all attempts share: where WeChat is, and how long a call may take. */
export type Reach = Pick<WeChatStrategyOptions, 'apiOrigin' | 'timeout' | 'axios'>;

/** The five calls to WeChat: three as a login makes them, two through the client. */
export function attempts(wechat: Emulator, origin: string, reach: Reach): Record<WeChatEndpoint, Attempt> {
  const app = { clientID: mobileApp.appid, clientSecret: mobileApp.secret };
  const native = loginAttempt({ ...app, platform: 'mobileApp', ...reach }, () =>
    wechat.phone.sendAuth({ appid: mobileApp.appid }),
  );
  const healthy = new WeChatClient({ ...app, apiOrigin: origin, timeout: 60_000 });
  const client = new WeChatClient({ ...app, ...reach });
  const tokens = (): ReturnType<typeof healthy.exchangeCode> =>
    healthy.exchangeCode(wechat.phone.sendAuth({ appid: mobileApp.appid }).code);
  return {
    access_token: native,
    userinfo: native,
    jscode2session: loginAttempt(
      {
        clientID: miniProgram.appid,
        clientSecret: miniProgram.secret,
        platform: 'miniProgram',
        ...reach,
      },
      () => wechat.phone.wxLogin({ appid: miniProgram.appid }),
    ),
    refresh_token: async () => {
      const { refresh_token = '' } = await tokens();
      return ended(client.refresh(refresh_token));
    },
    auth: async () => {
      const { access_token, openid } = await tokens();
      return ended(client.check(access_token, openid));
    },
  };
}

/** The result or the error of a promise. */
export function ended(promise: Promise<unknown>): Promise<Ending> {
  return promise.then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  );
}

/** A login with a code that an app posts. Asserts that verify is called only if there is no error. */
function loginAttempt(options: WeChatStrategyOptions, newCode: () => { code: string }): Attempt {
  const verified: string[] = [];
  const strategy = new WeChatStrategy(options, (_accessToken, _refreshToken, profile, done) => {
    verified.push(profile.openid);
    done(null, profile);
  });
  const { app, errors } = appWith(strategy, { sessions: false, authenticate: { session: false } });
  return async () => {
    verified.length = errors.length = 0;
    const response = await request(app).post('/auth/wechat').send(newCode());
    if (response.status === 200) {
      expect([errors, verified]).toEqual([[], [response.body.openid]]);
      return { result: response.body.openid };
    }
    expect(verified).toEqual([]);
    if (errors.length === 0) return { failed: response.status };
    expect([response.status, errors.length]).toEqual([500, 1]);
    return { error: errors[0] };
  };
}
