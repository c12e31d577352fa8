import { describeErrcode, type WeChatErrorKind, type WeChatHint } from './api/error-codes.js';
import type { WeChatEndpoint } from './platform.js';

/**
 * The base class of this package's errors about WeChat.
 *
 * No message, property or cause of these errors holds an AppSecret, a code, a token or a session key: WeChat takes
 * its secret in the query string, so the errors of the HTTP client, which carry the URL, are never attached.
 *
 * @example
 * const errorPage: ErrorRequestHandler = (error, req, res, next) => {
 *   if (error instanceof WeChatError) res.status(error.status).send('WeChat does not respond, please try again.');
 *   else next(error);
 * };
 */
export class WeChatError extends Error {
  /** The name of the class. */
  override readonly name: string = 'WeChatError';
  /** The HTTP status that an error handler should respond with; Express's default handler uses it. */
  readonly status: number = 502;
}

/**
 * WeChat responded with an errcode. In a login, the kinds `code` and `blocked` never get this far: they are the user's,
 * and end in Passport's `fail`.
 */
export class WeChatAPIError extends WeChatError {
  /** The name of the class. */
  override readonly name = 'WeChatAPIError';
  /**
   * HTTP status to respond with: 401 `code`, `token`; 403 `blocked`; 500 `config`; 502 `unknown`; 503 `quota`,
   * `busy`.
   */
  override readonly status: number;
  /** WeChat's number, see https://developers.weixin.qq.com/doc/ (global return codes). */
  readonly errcode: number;
  /** WeChat's message without the rid. Not stable: compare `errcode` or `kind`. */
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
    const { kind, hint } = describeErrcode(errcode, endpoint);
    super(
      `WeChat responded to ${endpoint} with ${errcode} "${errmsg}"${rid ? ` (rid ${rid})` : ''}. ${hint.en}`,
    );
    this.endpoint = endpoint;
    this.errcode = errcode;
    this.errmsg = errmsg;
    this.rid = rid;
    this.kind = kind;
    this.hint = hint;
    this.status = STATUS_OF_KIND[kind];
  }
}

// A gateway's view: what WeChat refused for a reason on the user's side is theirs, what it is too busy for is
// temporary.
const STATUS_OF_KIND: Readonly<Record<WeChatErrorKind, number>> = {
  code: 401,
  token: 401,
  blocked: 403,
  config: 500,
  quota: 503,
  busy: 503,
  unknown: 502,
};

/** The code of a call that was not sent, since more of them wait than can end in time. */
export const OVERLOADED = 'ERR_OVERLOADED';

/** WeChat could not be reached, or the connection ended before its response was complete. */
export class WeChatNetworkError extends WeChatError {
  /** The name of the class. */
  override readonly name = 'WeChatNetworkError';
  /** The HTTP status to respond with: 504 if time ran out, 503 for `ERR_OVERLOADED`, 502 otherwise. */
  override readonly status: number;
  /**
   * Node's code of the failure, such as `ECONNREFUSED`, `ECONNRESET`, `ENOTFOUND`; `ETIMEDOUT` if time ran out;
   * `ERR_OVERLOADED` if too many calls were waiting, so that this one was not sent; `ERR_PROXY` if the proxy refused;
   * `ERR_HTTP_CLIENT` if your own axios threw.
   */
  readonly code: string;
  /** The call that failed. */
  readonly endpoint: WeChatEndpoint;
  /** The host that was called last, with its port if that is not the usual one. */
  readonly host: string;

  /**
   * @param endpoint the call
   * @param host the host that was called last
   * @param code what failed
   * @param details `timedOut`: whether the `timeout` option was the limit; `unreachable`: the hosts before, with
   *   their codes
   */
  constructor(
    endpoint: WeChatEndpoint,
    host: string,
    code: string,
    { timedOut = false, unreachable = [] }: { timedOut?: boolean; unreachable?: readonly string[] } = {},
  ) {
    const before = unreachable.length > 0 ? `, after ${unreachable.join(' and ')}` : '';
    super(`The call of ${endpoint} to WeChat (${host}${before}) failed: ${code}. ${cureFor(code, timedOut)}`);
    this.endpoint = endpoint;
    this.host = host;
    this.code = code;
    this.status = code === 'ETIMEDOUT' ? 504 : code === OVERLOADED ? 503 : 502;
  }
}

const CHECK_NETWORK = 'Check the network, DNS and proxy settings of this server.';
const LOOK_BETWEEN =
  'What came is no response of WeChat: look at what stands between this server and WeChat.';
const TIMED_OUT =
  'No response came in time: check the network between this server and WeChat, or raise the timeout option.';

// https://nodejs.org/api/tls.html#x509-certificate-error-codes
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_PURPOSE|INVALID_CA/;
const UNTRUSTED =
  'The certificate is not trusted: does a proxy open TLS, or is the host an emulator? Name its root certificate in NODE_EXTRA_CA_CERTS.';

const CURES: Readonly<Partial<Record<string, string>>> = {
  [OVERLOADED]:
    'More calls are waiting for WeChat than can end in time, so this one was not sent, and a code in it is still good.',
  ERR_PROXY: 'The proxy did not open a connection to WeChat: check its URL, its password and what it allows.',
  ERR_UNEXPECTED: 'This is a fault of this package: please report it.',
  ERR_HTTP_CLIENT: 'The axios instance that the app gives failed by itself: look at its interceptors.',
};

function cureFor(code: string, timedOut: boolean): string {
  // Node and proxies report the same code if the network gave up, which a longer timeout does not cure.
  if (timedOut) return TIMED_OUT;
  if (CERTIFICATE.test(code)) return UNTRUSTED;
  // All codes of Node's parser begin so: https://nodejs.org/api/errors.html
  if (code.startsWith('HPE_')) return LOOK_BETWEEN;
  return CURES[code] ?? CHECK_NETWORK;
}

/** The response is not what WeChat sends: not its JSON, not its fields, or not for this user. */
export class WeChatResponseError extends WeChatError {
  /** The name of the class. */
  override readonly name = 'WeChatResponseError';
  /** The call whose response it is. */
  readonly endpoint: WeChatEndpoint;
  /** HTTP status of the response, if the status was the trouble. */
  readonly httpStatus: number | undefined;

  constructor(endpoint: WeChatEndpoint, problem: string, httpStatus?: number) {
    super(`The response to ${endpoint} is not usable: ${problem}`);
    this.endpoint = endpoint;
    this.httpStatus = httpStatus;
  }
}
