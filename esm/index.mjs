// A thin face for ES modules, so that `import` and `require` give the same classes: with two builds, an error made by
// one would not be an instance of the other's class.
import cjs from '../dist/index.js';

export const {
  WeChatStrategy,
  Strategy,
  WeChatClient,
  WeChatError,
  WeChatAPIError,
  WeChatNetworkError,
  WeChatResponseError,
  SessionStateStore,
  CookieStateStore,
  isWeChatBrowser,
  leaveFrame,
  authorizationURL,
} = cjs;
/** @alias */
export default WeChatStrategy;
