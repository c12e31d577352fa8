import type { AuthenticateCallback, Strategy } from 'passport';
import type { WeChatAuthenticateOptions } from './options.js';

// Passport's own types know a string as `state` and none of WeChat's options: each host is given one overload more. A
// type cannot know which name stands for which strategy, so the overload takes any.

/** A callback whose parameters the app declares itself. */
type OwnCallback = (...args: never[]) => unknown;

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
      strategy: string | string[] | Strategy,
      options: WeChatAuthenticateOptions,
      callback?: AuthenticateCallback,
    ): AuthenticateRet;
    authenticate(
      strategy: string | string[] | Strategy,
      options: WeChatAuthenticateOptions,
      callback: OwnCallback,
    ): AuthenticateRet;
    authorize(
      strategy: string | string[] | Strategy,
      options: WeChatAuthenticateOptions,
      callback?: AuthenticateCallback,
    ): AuthorizeRet;
    authorize(
      strategy: string | string[] | Strategy,
      options: WeChatAuthenticateOptions,
      callback: OwnCallback,
    ): AuthorizeRet;
  }
}

// In an app without Fastify there is no such module: then, and only then, there is an error to ignore.
/* eslint-disable @typescript-eslint/ban-ts-comment, @typescript-eslint/consistent-type-imports -- only these forms stay in the declarations as they are, and without an error where Fastify is installed */
/** @ts-ignore */
type FastifyRoute = import('@fastify/passport/dist/authentication-route').AuthenticationRoute<string>;
/** @ts-ignore */
type FastifyCallback = import('@fastify/passport/dist/authentication-route').SingleStrategyCallback;

/** @ts-ignore */
declare module '@fastify/passport/dist/authenticator' {
  interface Authenticator {
    authenticate(
      strategy: string,
      options: WeChatAuthenticateOptions,
      callback?: FastifyCallback,
    ): FastifyRoute['handler'];
    authorize(
      strategy: string,
      options: WeChatAuthenticateOptions,
      callback?: FastifyCallback,
    ): FastifyRoute['handler'];
  }
}
