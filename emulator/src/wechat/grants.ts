import type { EmulatorApp, EmulatorUser } from '../options/apps-and-users.js';
import { codeLife, type Settings } from '../options/settings.js';
import type { LoginTrace } from '../records/login-traces.js';
import { BoundedMap } from './bounded-map.js';
import type { Clock } from './clock.js';
import { newCode, newToken } from './ids.js';

/** What a person allowed an app. */
export interface Grant {
  app: EmulatorApp;
  user: EmulatorUser;
  scope: string;
  /** Given on the snapshot page: the app sees a virtual person. */
  snapshot: boolean;
  trace: LoginTrace;
}

export interface Code {
  grant: Grant;
  expiresAt: number;
  used: boolean;
}

export interface Token {
  accessToken: string;
  expiresAt: number;
  refreshToken: string;
  refreshExpiresAt: number;
  grant: Grant;
}

/** Seconds, as `expires_in` says. */
export const TOKEN_LIFE = 7200;

const MAX_CODES = 5000;
const MAX_TOKENS = 5000;

/** The codes and tokens that are out. */
export class Grants {
  private readonly codes = new BoundedMap<string, Code>(MAX_CODES);
  private readonly byAccessToken = new BoundedMap<string, Token>(MAX_TOKENS);
  private readonly byRefreshToken = new BoundedMap<string, Token>(MAX_TOKENS);
  private readonly clock: Clock;
  private readonly settings: Settings;

  constructor(clock: Clock, settings: Settings) {
    this.clock = clock;
    this.settings = settings;
  }

  issueCode(grant: Grant): string {
    const code = newCode();
    const expiresAt = this.clock.now() + codeLife(grant.app, this.settings);
    this.codes.set(code, { grant, expiresAt, used: false });
    return code;
  }

  code(code: string): Code | undefined {
    return this.codes.get(code);
  }

  issueToken(grant: Grant): Token {
    const token: Token = {
      accessToken: newToken(),
      expiresAt: this.clock.now() + TOKEN_LIFE * 1000,
      refreshToken: newToken(),
      refreshExpiresAt: this.clock.now() + this.settings.refreshLife,
      grant,
    };
    this.byAccessToken.set(token.accessToken, token);
    this.byRefreshToken.set(token.refreshToken, token);
    return token;
  }

  accessToken(token: string): Token | undefined {
    return this.byAccessToken.get(token);
  }

  refreshToken(token: string): Token | undefined {
    return this.byRefreshToken.get(token);
  }

  /** A token that is alive stays the same and lives on; a dead one is replaced. The refresh token itself is not renewed. */
  refresh(token: Token): void {
    if (token.expiresAt <= this.clock.now()) {
      const { accessToken } = token;
      // The dead one stays known, to be answered as an expired one.
      this.byAccessToken.set(accessToken, { ...token });
      token.accessToken = newToken();
      this.byAccessToken.set(token.accessToken, token);
    }
    token.expiresAt = this.clock.now() + TOKEN_LIFE * 1000;
  }

  clear(): void {
    this.codes.clear();
    this.byAccessToken.clear();
    this.byRefreshToken.clear();
  }
}
