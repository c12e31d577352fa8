// What fragments of code in the documentation use without saying where it comes from. Each block of code is a module,
// so whatever it declares or imports itself goes before these.
declare const express: typeof import('express');
declare const session: typeof import('express-session');
declare const passport: typeof import('passport');
declare const req: import('express').Request;
declare const app: import('express').Express;
declare const SESSION_SECRET: string;
declare const redisStore: import('express-session').Store;

declare const WeChatStrategy: typeof import('passport-wechat-oauth2').WeChatStrategy;
declare const WeChatClient: typeof import('passport-wechat-oauth2').WeChatClient;
declare const WeChatError: typeof import('passport-wechat-oauth2').WeChatError;
declare const WeChatAPIError: typeof import('passport-wechat-oauth2').WeChatAPIError;
declare const SessionStateStore: typeof import('passport-wechat-oauth2').SessionStateStore;
declare const CookieStateStore: typeof import('passport-wechat-oauth2').CookieStateStore;
declare const authorizationURL: typeof import('passport-wechat-oauth2').authorizationURL;
declare function redirect(url: string): void;
declare const leaveFrame: typeof import('passport-wechat-oauth2').leaveFrame;
declare const isWeChatBrowser: typeof import('passport-wechat-oauth2').isWeChatBrowser;
type WeChatFailure = import('passport-wechat-oauth2').WeChatFailure;
type WeChatProfile = import('passport-wechat-oauth2').WeChatProfile;
type WeChatStrategyOptions = import('passport-wechat-oauth2').WeChatStrategyOptions;
type DataStateStore = import('passport-wechat-oauth2').DataStateStore;
type ErrorRequestHandler = import('express').ErrorRequestHandler;

declare const strategy: import('passport-wechat-oauth2').WeChatStrategy;
declare const options: {
  clientID: string;
  clientSecret: string;
  callbackURL: string;
  passReqToCallback?: false;
};
declare const verify: import('passport-wechat-oauth2').VerifyFunction;
declare const refreshToken: string;
declare const access_token: string;
declare const refresh_token: string;
declare const openid: string;
declare const clientID: string;
declare const clientSecret: string;

// Kysely's.
type Generated<T> = T;

// The application's own.
interface User {
  id: string;
  refreshToken: string;
}
declare const user: User;
declare const users: {
  findByUnionid(unionid: string): Promise<User | undefined>;
  findByOpenid(clientID: string, openid: string): Promise<User | undefined>;
  update(id: string, columns: object): Promise<User>;
  create(columns: object): Promise<User>;
};
declare const people: { link(id: string, profile: WeChatProfile): Promise<User> };
declare const requireLogIn: import('express').RequestHandler;
/** A counter of prom-client. */
declare const logins: { inc(labels: object): void };
/** Of a third-party platform. */
declare function authorizedAppOf(host: string): Promise<string>;
declare function componentToken(): Promise<string>;
declare function findUser(id: string): Promise<User>;
declare function findOrCreateUser(profile: WeChatProfile): Promise<User>;
declare function tokenFor(user: Express.User | undefined): string;
declare function localPath(wanted: unknown): string;

declare const createEmulator: typeof import('wechat-login-emulator').createEmulator;
declare const selfSignedCertificate: typeof import('wechat-login-emulator').selfSignedCertificate;
declare const DEFAULT_APPS: typeof import('wechat-login-emulator').DEFAULT_APPS;
/** The emulator; in the reference of the client, that client. */
declare const wechat: import('wechat-login-emulator').Emulator &
  import('passport-wechat-oauth2').WeChatClient;
declare const appid: string;
declare const uuid: string;
declare const address: string;
declare const state: string;
declare const writeFile: typeof import('node:fs/promises').writeFile;

/** What a mini program has, and a program of uni-app. */
declare const wx: Record<string, (...args: unknown[]) => unknown>;
declare const uni: typeof wx;

/** The application's own, for its third-party platform. */
declare function componentAccessToken(): Promise<string>;

// No dependency of this repository.
declare module 'node-easywechat' {
  export class MiniApp {
    constructor(options: object);
    getClient(): { postJson(url: string, body: object): Promise<{ toObject(): Record<string, unknown> }> };
  }
}

declare module 'vitest' {
  export const { afterAll, beforeAll, beforeEach, it, expect }: typeof globalThis;
}

/** Of @opentelemetry/instrumentation-http. */
declare class HttpInstrumentation {
  constructor(options: { ignoreOutgoingRequestHook(request: import('node:http').RequestOptions): boolean });
}

// The packages that people move from have no types.
declare const PassportWechat: {
  Strategy: new (options: object, verify: (...args: never[]) => void) => import('passport').Strategy;
};
declare const PassportWeixin: (typeof PassportWechat)['Strategy'];
