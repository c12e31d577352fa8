import 'reflect-metadata';
import {
  Controller,
  Get,
  Injectable,
  Module,
  Redirect,
  Req,
  UseGuards,
  type ExecutionContext,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthGuard, PassportSerializer, PassportStrategy } from '@nestjs/passport';
import session from 'express-session';
import passport from 'passport';
import { WeChatStrategy, type WeChatProfile } from 'passport-wechat-oauth2';

const {
  PORT = '3000',
  SESSION_SECRET = crypto.randomUUID(),
  WECHAT_APP_ID = '',
  WECHAT_APP_SECRET = '',
  WECHAT_CALLBACK_URL = `http://localhost:${PORT}/auth/wechat/callback`,
  EMULATOR_URL,
} = process.env;

interface User {
  id: string;
  name: string;
}

@Injectable()
class WeChatLogin extends PassportStrategy(WeChatStrategy) {
  constructor() {
    super({
      clientID: WECHAT_APP_ID,
      clientSecret: WECHAT_APP_SECRET,
      callbackURL: WECHAT_CALLBACK_URL,
      openOrigin: EMULATOR_URL, // unset in production: WeChat itself
      apiOrigin: EMULATOR_URL,
    });
  }

  // Find or create your own user here.
  validate(_accessToken: string, _refreshToken: string | undefined, profile: WeChatProfile): User {
    return { id: profile.id, name: profile.displayName };
  }
}

/** Nest's guard only says who it is; this one also writes it into the session. */
@Injectable()
class WeChatGuard extends AuthGuard('wechat') {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    await super.canActivate(context);
    await super.logIn(context.switchToHttp().getRequest());
    return true;
  }
}

@Injectable()
class UserSerializer extends PassportSerializer {
  serializeUser(user: User, done: (error: Error | null, user: User) => void): void {
    done(null, user);
  }

  deserializeUser(user: User, done: (error: Error | null, user: User) => void): void {
    done(null, user);
  }
}

@Controller()
class LoginController {
  @Get()
  home(@Req() req: { user?: User }): { user: User | null } {
    return { user: req.user ?? null };
  }

  @Get('auth/wechat')
  @UseGuards(WeChatGuard)
  logIn(): void {
    // The guard sends the user to WeChat.
  }

  @Get('auth/wechat/callback')
  @UseGuards(WeChatGuard)
  @Redirect('/')
  loggedIn(): void {
    // The guard has logged the user in.
  }
}

@Module({ controllers: [LoginController], providers: [WeChatLogin, UserSerializer] })
class AppModule {}

async function start(): Promise<void> {
  const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
  app.use(
    session({
      secret: SESSION_SECRET,
      resave: false,
      saveUninitialized: false,
      cookie: { httpOnly: true, sameSite: 'lax', secure: 'auto' },
    }),
  );
  app.use(passport.session());
  await app.listen(PORT);
  console.log(`Open http://localhost:${PORT}`);
}

void start();
