import {
  checkToken,
  codeToSession,
  exchangeCode,
  refreshToken,
  userInfo,
  type Credentials,
  type WeChatSession,
  type WeChatTokenReply,
  type WeChatUserInfo,
} from './api/endpoints.js';
import { createApi, type Api, type WeChatCallOptions } from './api/request.js';
import { parseCredentials, type WeChatProof } from './login/apps.js';
import { LANGS, type WeChatLang } from './platform.js';
import { assertOneOf, assertParameter } from './util/assert.js';

/** The options of `new WeChatClient(options)`. */
export type WeChatClientOptions = WeChatCallOptions &
  WeChatProof & {
    /** The AppID. */
    clientID: string;
  };

/**
 * WeChat's login calls, for use outside Passport: refreshing a token, fetching a profile again, checking a token.
 *
 * Every method rejects within `timeout`: with a `WeChatAPIError`, a `WeChatNetworkError` or a `WeChatResponseError`;
 * with a plain `WeChatError` if `component.accessToken()` fails; or with a `TypeError` for an argument that is no
 * string. The client keeps no token: store the ones that you need.
 *
 * @example
 * const wechat = new WeChatClient({ clientID, clientSecret });
 * const { access_token, openid } = await wechat.refresh(refreshToken);
 */
export class WeChatClient {
  readonly #app: Credentials;
  readonly #api: Api;

  /**
   * @param options the credentials of one app, and how to reach WeChat
   * @throws TypeError when an option is missing or wrong
   */
  constructor(options: WeChatClientOptions) {
    this.#app = parseCredentials(options);
    this.#api = createApi(options);
  }

  /**
   * Exchanges the code of a login for its tokens and openid. Never repeated once it may have reached WeChat.
   *
   * @param code what WeChat sent the browser, or gave the native app; single-use
   * @throws WeChatError as said of the class; `kind` is `code` for a code that is used, expired or of another app
   * @example const { access_token, openid } = await wechat.exchangeCode(req.body.code);
   * @see https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsaccesstoken
   */
  async exchangeCode(code: string): Promise<WeChatTokenReply> {
    return exchangeCode(this.#api.withDeadline(), this.#app, assertParameter('code', code));
  }

  /**
   * Renews an access token. The response has no unionid. By WeChat's documents a refresh token lives 30 days for a
   * website or a service account, and 180 for a mobile app.
   *
   * @param token the refresh token
   * @throws WeChatError as said of the class; `kind` is `token` for one that is no longer valid
   * @example const { access_token, refresh_token } = await wechat.refresh(user.refreshToken);
   * @see https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsrefreshtoken
   */
  async refresh(token: string): Promise<WeChatTokenReply> {
    return refreshToken(this.#api.withDeadline(), this.#app, assertParameter('token', token));
  }

  /**
   * Fetches a user's profile. Needs a token with the scope `snsapi_userinfo` or `snsapi_login`; WeChat responds with
   * 48001 otherwise.
   *
   * @param accessToken the access token
   * @param openid the id that came with it
   * @param options how to fetch it
   * @param options.lang the language of the profile; default `zh_CN`
   * @throws WeChatError as said of the class; `WeChatResponseError` if the response is about another user
   * @example const { nickname, headimgurl } = await wechat.userInfo(access_token, openid, { lang: 'en' });
   * @see https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Authorized_Interface_Calling_UnionID.html
   */
  async userInfo(
    accessToken: string,
    openid: string,
    options: { lang?: WeChatLang } = {},
  ): Promise<WeChatUserInfo> {
    const [token, id] = [assertParameter('accessToken', accessToken), assertParameter('openid', openid)];
    const lang = assertOneOf('lang', LANGS, options.lang);
    return (await userInfo(this.#api.withDeadline(), token, id, lang)).user;
  }

  /**
   * Whether an access token is still valid for this user. Rejects only if WeChat does not say.
   *
   * @param accessToken the access token
   * @param openid the id that came with it
   * @throws WeChatError as said of the class
   * @example if (!(await wechat.check(access_token, openid))) await wechat.refresh(refresh_token);
   * @see https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Authorized_Interface_Calling_UnionID.html
   */
  async check(accessToken: string, openid: string): Promise<boolean> {
    const [token, id] = [assertParameter('accessToken', accessToken), assertParameter('openid', openid)];
    return checkToken(this.#api.withDeadline(), token, id);
  }

  /**
   * Exchanges the code that `wx.login` gave a mini program. The session key must never leave the server.
   *
   * @param jsCode single-use, within 5 minutes
   * @throws WeChatError as said of the class; `kind` is `code` for a code that is used, expired or of another app
   * @example const { openid, unionid } = await wechat.codeToSession(req.body.code);
   * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_code2session
   */
  async codeToSession(jsCode: string): Promise<WeChatSession> {
    return codeToSession(this.#api.withDeadline(), this.#app, assertParameter('jsCode', jsCode));
  }
}
