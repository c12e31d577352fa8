import type { WeChatLang } from './authorization-url.js';
import type { WeChatCall } from './call.js';
import { callsOf, type WeChatCallOptions } from './call-options.js';
import { checkedLang } from './settings.js';
import { checkedParameter, checkedText } from './checks.js';
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
} from './endpoints.js';

/** The options of `new WeChatClient(options)`. */
export interface WeChatClientOptions extends WeChatCallOptions {
  /** The AppID. */
  clientID: string;
  /** The AppSecret. */
  clientSecret: string;
}

/**
 * WeChat's login calls, for use outside Passport: refreshing a token, reading a profile again, checking a token.
 *
 * Every method rejects with a `WeChatAPIError`, a `WeChatNetworkError` or a `WeChatResponseError`, within `timeout`, or with a
 * `TypeError` for an argument that is no text. The client keeps no token: store the ones that you need.
 *
 * @example
 * const wechat = new WeChatClient({ clientID, clientSecret });
 * const { access_token, openid } = await wechat.refresh(refreshToken);
 */
export class WeChatClient {
  private readonly _app: Credentials;
  private readonly _start: () => WeChatCall;

  /**
   * @param options the credentials of one app, and how to reach WeChat
   * @throws TypeError when an option is missing or wrong
   */
  constructor(options: WeChatClientOptions) {
    const clientSecret = checkedText('clientSecret', options.clientSecret);
    this._app = { clientID: checkedText('clientID', options.clientID), clientSecret: () => clientSecret };
    this._start = callsOf(options).start;
  }

  /**
   * Exchanges the code of a login for its tokens and openid. Never repeated once it may have reached WeChat.
   *
   * @param code what WeChat sent the browser, or gave the native app; good for one exchange
   * @throws WeChatError one of its three kinds; `kind` is `code` for a code that is used up, expired or wrong
   * @example const { access_token, openid } = await wechat.exchangeCode(req.body.code);
   * @see https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsaccesstoken
   */
  async exchangeCode(code: string): Promise<WeChatTokenReply> {
    return exchangeCode(this._start(), this._app, checkedParameter('code', code));
  }

  /**
   * Renews an access token. The reply has no unionid. Most of WeChat's documents give a refresh token 30 days; one
   * says 180.
   *
   * @param token the refresh token
   * @throws WeChatError one of its three kinds; `kind` is `token` for one that is no longer good
   * @example const { access_token, refresh_token } = await wechat.refresh(user.refreshToken);
   * @see https://developers.weixin.qq.com/doc/service/api/webdev/access/api_snsrefreshtoken
   */
  async refresh(token: string): Promise<WeChatTokenReply> {
    return refreshToken(this._start(), this._app.clientID, checkedParameter('token', token));
  }

  /**
   * Reads a person's profile. Needs a token with the scope `snsapi_userinfo` or `snsapi_login`; WeChat answers 48001
   * otherwise.
   *
   * @param accessToken the access token
   * @param openid the id that came with it
   * @param options how to read it
   * @param options.lang the language of the profile; default `zh_CN`
   * @throws WeChatError one of its three kinds; `WeChatResponseError` if the reply is about somebody else
   * @example const { nickname, headimgurl } = await wechat.userInfo(access_token, openid, { lang: 'en' });
   * @see https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Authorized_Interface_Calling_UnionID.html
   */
  async userInfo(
    accessToken: string,
    openid: string,
    options: { lang?: WeChatLang } = {},
  ): Promise<WeChatUserInfo> {
    const [token, id] = [checkedParameter('accessToken', accessToken), checkedParameter('openid', openid)];
    const { user } = await userInfo(this._start(), token, id, checkedLang(options.lang));
    return user;
  }

  /**
   * Whether an access token is still good for this person. Rejects only where WeChat does not say.
   *
   * @param accessToken the access token
   * @param openid the id that came with it
   * @throws WeChatError one of its three kinds
   * @example if (!(await wechat.check(access_token, openid))) await wechat.refresh(refresh_token);
   * @see https://developers.weixin.qq.com/doc/oplatform/Website_App/WeChat_Login/Authorized_Interface_Calling_UnionID.html
   */
  async check(accessToken: string, openid: string): Promise<boolean> {
    const [token, id] = [checkedParameter('accessToken', accessToken), checkedParameter('openid', openid)];
    return checkToken(this._start(), token, id);
  }

  /**
   * Exchanges the code that `wx.login` gave a mini program. The session key must never leave the server.
   *
   * @param jsCode good for one exchange, within 5 minutes
   * @throws WeChatError one of its three kinds; `kind` is `code` for a code that is used up, expired or wrong
   * @example const { openid, unionid } = await wechat.codeToSession(req.body.code);
   * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_code2session
   */
  async codeToSession(jsCode: string): Promise<WeChatSession> {
    return codeToSession(this._start(), this._app, checkedParameter('jsCode', jsCode));
  }
}
