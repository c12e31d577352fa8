import 'reflect-metadata';
import type { Server } from 'node:http';
import {
  Catch,
  Controller,
  Get,
  Module,
  Req,
  UseFilters,
  UseGuards,
  type ArgumentsHost,
  type ExecutionContext,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard, PassportSerializer, PassportStrategy } from '@nestjs/passport';
import type { NestExpressApplication } from '@nestjs/platform-express';
import session from 'express-session';
import passport from 'passport';
import { WeChatError, WeChatStrategy, type WeChatParams, type WeChatProfile } from 'passport-wechat-oauth2';
import { optionsOf, serve, type Setup } from './serve.js';

interface User {
  id: string;
}

function strategyOf(setup: Setup): Type {
  class Short extends PassportStrategy(WeChatStrategy) {
    constructor() {
      super(optionsOf(setup));
    }

    validate(_accessToken: string, _refreshToken: string | undefined, profile: WeChatProfile): User {
      return { id: profile.id };
    }
  }

  // With the arity argument, Nest tells the strategy how many parameters `validate` has, and params comes, too.
  class Long extends PassportStrategy(WeChatStrategy, 'wechat', true) {
    constructor() {
      super(optionsOf(setup));
    }

    async validate(
      _accessToken: string,
      _refreshToken: string | undefined,
      params: WeChatParams,
      profile: WeChatProfile,
    ): Promise<User> {
      if (params.openid !== profile.openid) throw new Error('These are not the parameters of validate.');
      return { id: profile.id };
    }
  }

  return process.env['ARITY'] ? Long : Short;
}

@Catch(WeChatError)
class WeChatErrors {
  catch(error: WeChatError, host: ArgumentsHost): void {
    host.switchToHttp().getResponse().status(500).json({ error: error.name });
  }
}

class UserSerializer extends PassportSerializer {
  serializeUser(user: User, done: (error: Error | null, user: User) => void): void {
    done(null, user);
  }

  deserializeUser(user: User, done: (error: Error | null, user: User) => void): void {
    done(null, user);
  }
}

serve(async (setup): Promise<Server> => {
  class Guard extends AuthGuard('wechat') {
    override async canActivate(context: ExecutionContext): Promise<boolean> {
      await super.canActivate(context);
      if (setup.session) await super.logIn(context.switchToHttp().getRequest());
      return true;
    }
  }

  @Controller(setup.prefix)
  @UseFilters(new WeChatErrors())
  class Login {
    @Get('auth/wechat')
    @UseGuards(new Guard())
    logIn(): void {}

    @Get('auth/wechat/callback')
    @UseGuards(new Guard())
    loggedIn(@Req() req: { user: User }): User {
      return req.user;
    }
  }

  @Controller()
  class Me {
    @Get('me')
    me(@Req() req: { user?: User }): { user: User | null } {
      return { user: req.user ?? null };
    }
  }

  @Module({ controllers: [Login, Me], providers: [strategyOf(setup), UserSerializer] })
  class App {}

  const app = await NestFactory.create<NestExpressApplication>(App, { logger: ['error', 'warn'] });
  app.set('trust proxy', setup.trustProxy);
  if (setup.session) {
    app.use(session({ secret: 'test', resave: false, saveUninitialized: false }));
    app.use(passport.session());
  }
  await app.listen(0);
  return app.getHttpServer();
});
