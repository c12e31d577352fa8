import './passport-types.js';
import { WeChatStrategy } from './strategy.js';

export { WeChatStrategy, WeChatStrategy as Strategy };
export default WeChatStrategy;
export { WeChatClient, type WeChatClientOptions } from './client.js';
export type { WeChatCallOptions } from './call-options.js';
export {
  WeChatAPIError,
  WeChatError,
  WeChatNetworkError,
  WeChatResponseError,
  type WeChatEndpoint,
} from './errors.js';
export { SessionStateStore, type SessionStateStoreOptions } from './state/session-store.js';
export { CookieStateStore, type CookieStateStoreOptions } from './state/cookie-store.js';
export { leaveFrame } from './leave-frame.js';
export { isWeChatBrowser, type WeChatPlatform } from './platform.js';
export type { WeChatErrorKind, WeChatHint } from './errcodes.js';
export type { AuthorizationPageOptions, WeChatLang } from './authorization-url.js';
export type { WeChatRequestMessage } from './diagnostics.js';
export type { WxLoginOptions } from './embed.js';
export type { WeChatSession, WeChatTokenReply, WeChatUserInfo } from './endpoints.js';
export type {
  OfficialAccount,
  WeChatApp,
  WeChatAuthenticateOptions,
  WeChatStrategyOptions,
  WeChatStrategyOptionsWithRequest,
} from './options.js';
export type { WeChatFailReason, WeChatFailure } from './outcome.js';
export type { ProfileID, WeChatProfile } from './profile.js';
export type { DataStateStore, StateMeta, StateStore } from './state/store.js';
export type { ProfileRequest } from './user-profile.js';
export type {
  VerifiedUser,
  VerifyDone,
  VerifyFunction,
  VerifyFunctionWithParams,
  VerifyFunctionWithRequest,
  VerifyFunctionWithRequestAndParams,
  WeChatParams,
} from './verify.js';
