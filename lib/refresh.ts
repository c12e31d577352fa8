import type { Strategy as OAuth2Strategy } from 'passport-oauth2';
import type { WeChatCall } from './call.js';
import { refreshToken } from './endpoints.js';

type Callback = (error: unknown, accessToken?: string, refreshToken?: string, params?: object) => void;
type GetOAuthAccessToken = OAuth2Strategy['_oauth2']['getOAuthAccessToken'];

/**
 * The `getOAuthAccessToken` that passport-oauth2-refresh copies to an object of its own, and calls there with
 * `grant_type: 'refresh_token'`. WeChat has its own endpoint for that, which wants the AppID and not the secret.
 */
export function refreshFunction(
  startCalls: () => WeChatCall,
  clientID: string | undefined,
): GetOAuthAccessToken {
  const getOAuthAccessToken = (token: string, params: { grant_type?: unknown }, callback: Callback): void => {
    const reply =
      clientID !== undefined && params.grant_type === 'refresh_token'
        ? refreshToken(startCalls(), clientID, token)
        : Promise.reject(
            new TypeError('This refreshes the tokens of one fixed app: otherwise use WeChatClient.'),
          );
    reply.then((fresh) => {
      callback(null, fresh.access_token, fresh.refresh_token, fresh);
    }, callback);
  };
  return getOAuthAccessToken as GetOAuthAccessToken;
}
