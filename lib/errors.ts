import { meaningOf, type WeChatErrorKind, type WeChatHint } from './errcodes.js';

/**
 * The five calls of a login, by WeChat's names for them: `access_token` exchanges a code, `refresh_token` renews a token,
 * `userinfo` reads a profile, `auth` checks a token, `jscode2session` exchanges the code of a mini program.
 */
export type WeChatEndpoint = 'access_token' | 'refresh_token' | 'userinfo' | 'auth' | 'jscode2session';

/**
 * The base of every error that this package makes about WeChat.
 *
 * No message, property or cause of these errors holds an AppSecret, a code, a token or a session key: WeChat takes
 * its secret in the query string, so the errors of the HTTP client, which carry the URL, are never attached.
 *
 * @example
 * const errorPage: ErrorRequestHandler = (error, req, res, next) => {
 *   if (error instanceof WeChatError) res.status(error.status).send('WeChat does not answer, please try again.');
 *   else next(error);
 * };
 */
export class WeChatError extends Error {
  /** The name of the class. */
  override readonly name: string = 'WeChatError';
  /** The HTTP status that an error handler should answer with; Express's default handler uses it. */
  readonly status: number = 502;
}

/**
 * WeChat answered with an errcode. In a login, the kinds `code` and `blocked` never get this far: they are the
 * visitor's, and end in Passport's `fail`.
 */
export class WeChatAPIError extends WeChatError {
  /** The name of the class. */
  override readonly name = 'WeChatAPIError';
  /** The HTTP status to answer with: 401 `code` and `token`, 403 `blocked`, 500 `config`, 502 `unknown`, 503 `quota` and `busy`. */
  override readonly status: number;
  /** WeChat's number, see https://developers.weixin.qq.com/doc/ (global return codes). */
  readonly errcode: number;
  /** WeChat's text without the rid. Not stable: compare `errcode` or `kind`. */
  readonly errmsg: string;
  /** WeChat's id of the request, which its support asks for; `undefined` when there was none. */
  readonly rid: string | undefined;
  /** The call that WeChat refused. */
  readonly endpoint: WeChatEndpoint;
  /** Who has to act. */
  readonly kind: WeChatErrorKind;
  /** What to do about it. */
  readonly hint: WeChatHint;

  constructor(endpoint: WeChatEndpoint, errcode: number, errmsg: string, rid?: string) {
    const { kind, hint } = meaningOf(errcode);
    super(`WeChat answered ${endpoint} with ${errcode} "${errmsg}"${rid ? ` (rid ${rid})` : ''}. ${hint.en}`);
    this.endpoint = endpoint;
    this.errcode = errcode;
    this.errmsg = errmsg;
    this.rid = rid;
    this.kind = kind;
    this.hint = hint;
    this.status = STATUS_OF_KIND[kind];
  }
}

// A gateway's view: what WeChat refused for a reason on the visitor's side is theirs, what it is too busy for is temporary.
const STATUS_OF_KIND: Readonly<Record<WeChatErrorKind, number>> = {
  code: 401,
  token: 401,
  blocked: 403,
  config: 500,
  quota: 503,
  busy: 503,
  unknown: 502,
};

/** WeChat could not be reached, or the connection ended before its answer was complete. */
export class WeChatNetworkError extends WeChatError {
  /** The name of the class. */
  override readonly name = 'WeChatNetworkError';
  /** The HTTP status to answer with: 504 when time ran out, 502 otherwise. */
  override readonly status: number;
  /** Node's name of the failure, such as `ECONNREFUSED`, `ECONNRESET`, `ENOTFOUND`; `ETIMEDOUT` when time ran out; `ERR_HTTP_CLIENT` when your own axios threw. */
  readonly code: string;
  /** The call that failed. */
  readonly endpoint: WeChatEndpoint;
  /** The host that was called last, with its port where that is not the usual one. */
  readonly host: string;

  constructor(endpoint: WeChatEndpoint, host: string, code: string) {
    super(`The call of ${endpoint} to WeChat (${host}) failed: ${code}. ${CURES[code] ?? CHECK_NETWORK}`);
    this.endpoint = endpoint;
    this.host = host;
    this.code = code;
    this.status = code === 'ETIMEDOUT' ? 504 : 502;
  }
}

const CHECK_NETWORK = 'Check the network, DNS and proxy settings of this server.';

const CURES: Readonly<Partial<Record<string, string>>> = {
  ETIMEDOUT:
    'No answer came in time: check the network between this server and WeChat, or raise the timeout option.',
  ERR_HTTP_CLIENT: 'The axios instance that the app gives failed by itself: look at its interceptors.',
};

/** The reply is not what WeChat sends: not its JSON, not its fields, or not for this person. */
export class WeChatResponseError extends WeChatError {
  /** The name of the class. */
  override readonly name = 'WeChatResponseError';
  /** The call that was answered so. */
  readonly endpoint: WeChatEndpoint;
  /** HTTP status of the reply, where the status was the trouble. */
  readonly httpStatus: number | undefined;

  constructor(endpoint: WeChatEndpoint, problem: string, httpStatus?: number) {
    super(`The reply to ${endpoint} is not usable: ${problem}`);
    this.endpoint = endpoint;
    this.httpStatus = httpStatus;
  }
}
