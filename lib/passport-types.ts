import type { AuthenticateCallback } from 'passport';
import type { WeChatAuthenticateOptions } from './options.js';
import type { WeChatStrategy } from './strategy.js';

// Passport's own types know a text as `state` and none of WeChat's options. One overload more, for this
// strategy under a name that begins with `wechat`, or as an object.
declare module 'passport' {
  interface Authenticator<
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- an interface is merged by its parameters, too
    InitializeRet,
    AuthenticateRet,
    AuthorizeRet,
    // eslint-disable-next-line @typescript-eslint/no-unused-vars -- the same
    AuthorizeOptions,
  > {
    authenticate(
      strategy: `wechat${string}` | WeChatStrategy,
      options: WeChatAuthenticateOptions,
      callback?: AuthenticateCallback,
    ): AuthenticateRet;
    authorize(
      strategy: `wechat${string}` | WeChatStrategy,
      options: WeChatAuthenticateOptions,
      callback?: AuthenticateCallback,
    ): AuthorizeRet;
  }
}
