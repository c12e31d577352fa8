// A thin face for ES modules, so that `import` and `require` give the same classes: with two builds, an error made by
// one would not be an instance of the other's class.
//
// Re-exported by name, not taken from the default import: for Node that is `module.exports`, for bundlers and Bun it is
// `exports.default` of a file that says `__esModule`. The names mean the same to all of them.
export {
  WeChatStrategy,
  WeChatStrategy as default,
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
} from '../dist/index.js';
