import type { Backend } from '../../backend.js';
import type { EmulatorApp, EmulatorComponent } from '../../options/apps-and-users.js';
import { COMPONENT_TOKEN_LIFE } from '../components.js';
import { reader, type Read } from '../params.js';
import { ERRCODE } from './api-errors.js';
import type { ApiRequest } from './explain-refusal.js';
import type { Refusal } from './refusal.js';

/**
 * The third-party platform (第三方平台) that calls on behalf of `app`, if its token is good and the app has
 * authorized it. Which of several mistakes WeChat names first is not known.
 */
export function checkComponent(
  { clock, components, options }: Backend,
  app: EmulatorApp,
  read: Read,
): EmulatorComponent | Refusal {
  if (read('component_appid') === '') return { errcode: ERRCODE.missingComponentAppid };
  if (read('component_access_token') === '') return { errcode: ERRCODE.missingComponentToken };
  const component = components.component(read('component_appid'));
  if (!component) return { errcode: ERRCODE.unknownComponent };
  const token = components.token(read('component_access_token'));
  if (!token) return { errcode: ERRCODE.invalidCredential, because: NOT_A_COMPONENT_TOKEN };
  if (token.component !== component) return { errcode: ERRCODE.requiresComponentToken };
  if (token.expiresAt <= clock.now()) {
    return { errcode: options.expiredTokenErrcode, because: EXPIRED_COMPONENT_TOKEN };
  }
  return components.isAuthorized(app, component) ? component : { errcode: ERRCODE.unauthorizedComponent };
}

const NOT_A_COMPONENT_TOKEN = {
  en: 'component_access_token is not a token of api_component_token.',
  zh: 'component_access_token 不是由 api_component_token 得到的令牌。',
};

const EXPIRED_COMPONENT_TOKEN = {
  en: 'component_access_token has expired: it lives two hours. Get a new one from api_component_token in time.',
  zh: 'component_access_token 已过期：有效期为两小时，请及时通过 api_component_token 重新获取。',
};

/** `POST /cgi-bin/component/api_component_token`: a ticket for a token. The only call with a JSON body. */
export function componentToken(
  { clock, components }: Backend,
  { method, json }: ApiRequest,
): { reply: Record<string, unknown> } | number {
  const read = reader(json);
  if (method !== 'POST') return ERRCODE.requiresPost;
  if (read('component_appid') === '') return ERRCODE.missingComponentAppid;
  if (read('component_appsecret') === '') return ERRCODE.missingComponentSecret;
  if (read('component_verify_ticket') === '') return ERRCODE.missingTicket;
  const component = components.component(read('component_appid'));
  if (!component) return ERRCODE.invalidAppid;
  if (read('component_appsecret') !== component.secret) return ERRCODE.invalidSecret;
  const ticket = components.ticket(read('component_verify_ticket'));
  if (ticket?.component !== component) return ERRCODE.invalidTicket;
  if (ticket.expiresAt <= clock.now()) return ERRCODE.expiredTicket;
  return {
    reply: { component_access_token: components.issueToken(component), expires_in: COMPONENT_TOKEN_LIFE },
  };
}
