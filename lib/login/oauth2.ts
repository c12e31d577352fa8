import type { Strategy as OAuth2Strategy } from 'passport-oauth2';
import { refreshToken, type Credentials } from '../api/endpoints.js';
import type { Api } from '../api/request.js';

type OAuth2 = OAuth2Strategy['_oauth2'];
type Callback = (error: unknown, accessToken?: string, refreshToken?: string, params?: object) => void;

/**
 * Makes passport-oauth2's `_oauth2` do what an app can ask of it, or say what does. passport-oauth2-refresh copies
 * `getOAuthAccessToken` to an object of its own, and calls it there with `grant_type: 'refresh_token'`: WeChat has an
 * endpoint for that, which needs the AppID and not the secret.
 *
 * @param app `undefined` if each request has another
 */
export function replaceOAuth2(oauth2: OAuth2, api: Api, app: Credentials | undefined): void {
  const getOAuthAccessToken = (token: string, params: { grant_type?: unknown }, callback: Callback): void => {
    const response =
      app && params.grant_type === 'refresh_token'
        ? refreshToken(api.withDeadline(), app, token)
        : Promise.reject(
            new TypeError('This refreshes the tokens of one fixed app: otherwise use WeChatClient.'),
          );
    response.then((fresh) => callback(null, fresh.access_token, fresh.refresh_token, fresh), callback);
  };
  Object.assign(oauth2, { getOAuthAccessToken, ...REFUSED });
}

const REFUSED = Object.fromEntries(
  Object.entries({
    setAgent: 'give the option axios: axios.create({ httpsAgent }), or set HTTPS_PROXY',
    setAuthMethod: 'WeChat takes its tokens in the query only',
    useAuthorizationHeaderforGET: 'WeChat takes its tokens in the query only',
    setAccessTokenName: 'WeChat calls it access_token',
  }).map(([name, instead]) => [
    name,
    (): never => {
      throw new TypeError(`_oauth2.${name}() has no effect on the calls to WeChat: ${instead}.`);
    },
  ]),
);

/** Of passport-oauth2's override points, those that WeChat has no use for. */
const UNUSED = {
  tokenParams:
    'WeChat documents no further parameter of the exchange; an interceptor of the option axios can add one',
  parseErrorResponse:
    'WeChat responds to errors with status 200 and an errcode: read error.errcode and error.kind of WeChatAPIError',
} as const;

/** @throws TypeError if a subclass overrides what would never be called */
export function assertOverridePoints(strategy: object, base: object): void {
  for (const [name, instead] of Object.entries(UNUSED)) {
    if (Reflect.get(strategy, name) === Reflect.get(base, name)) continue;
    throw new TypeError(`${name}() is overridden, but has no effect on the calls to WeChat: ${instead}.`);
  }
}
