import './passport-types.js';
import { WeChatStrategy } from './strategy.js';

export { WeChatStrategy, WeChatStrategy as Strategy };
export default WeChatStrategy;
export { WeChatClient, type WeChatClientOptions } from './client.js';
export type { WeChatCallOptions } from './api/request.js';
export { WeChatAPIError, WeChatError, WeChatNetworkError, WeChatResponseError } from './errors.js';
export { SessionStateStore, type SessionStateStoreOptions } from './state/session-store.js';
export { CookieStateStore, type CookieStateStoreOptions } from './state/cookie-store.js';
export { authorizationURL, type AuthorizationURLOptions } from './authorization-url.js';
export { leaveFrame } from './leave-frame.js';
export { isWeChatBrowser, type WeChatEndpoint, type WeChatLang, type WeChatPlatform } from './platform.js';
export type { WeChatErrorKind, WeChatHint } from './api/error-codes.js';
export type {
  AuthorizationPageOptions,
  AuthorizationParams,
  AuthorizationRequest,
  WxLoginOptions,
} from './login/authorization-request.js';
export type { WeChatRequestMessage } from './api/diagnostics.js';
export type { WeChatComponent, WeChatSession, WeChatTokenReply, WeChatUserInfo } from './api/endpoints.js';
export type { OfficialAccount, WeChatApp, WeChatProof } from './login/apps.js';
export type {
  WeChatAuthenticateOptions,
  WeChatStrategyOptions,
  WeChatStrategyOptionsWithRequest,
} from './options.js';
export type { WeChatLoginMessage } from './login/diagnostics.js';
export type { WeChatFailReason, WeChatFailure } from './login/outcome.js';
export type { ProfileID, WeChatProfile } from './profile.js';
export type { DataStateStore, StateMeta, StateStore } from './state/store.js';
export type { ProfileRequest } from './login/finish-login.js';
export type {
  VerifiedUser,
  VerifyDone,
  VerifyFunction,
  VerifyFunctionWithParams,
  VerifyFunctionWithRequest,
  VerifyFunctionWithRequestAndParams,
  WeChatParams,
} from './login/verify.js';
