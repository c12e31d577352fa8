import type { EmulatorApp, EmulatorUser } from '../options/apps-and-users.js';
import { codeLife, type ResolvedOptions } from '../options/resolve-options.js';
import type { LoginTrace } from '../records/login-traces.js';
import { BoundedMap } from '../shared/bounded-map.js';
import type { Clock } from '../shared/clock.js';
import { newCode, newSessionKey, newToken } from './ids.js';

/** What a user allowed an app. */
export interface Grant {
  app: EmulatorApp;
  user: EmulatorUser;
  scope: string;
  /** Given on the snapshot page: the app sees a virtual user. */
  snapshot: boolean;
  /** The appid of the third-party platform that asked on behalf of the app. */
  component?: string;
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

/** The codes and tokens that have been issued. */
export class Grants {
  private readonly codes = new BoundedMap<string, Code>(MAX_CODES);
  private readonly byAccessToken = new BoundedMap<string, Token>(MAX_TOKENS);
  private readonly byRefreshToken = new BoundedMap<string, Token>(MAX_TOKENS);
  private readonly sessionKeys = new BoundedMap<string, true>(MAX_TOKENS);
  private readonly clock: Clock;
  private readonly options: ResolvedOptions;

  constructor(clock: Clock, options: ResolvedOptions) {
    this.clock = clock;
    this.options = options;
  }

  issueCode(grant: Grant): string {
    const code = newCode();
    const expiresAt = this.clock.now() + codeLife(grant.app, this.options);
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
      refreshExpiresAt: this.clock.now() + this.options.refreshLife,
      grant,
    };
    this.byAccessToken.set(token.accessToken, token);
    this.byRefreshToken.set(token.refreshToken, token);
    return token;
  }

  issueSessionKey(): string {
    const key = newSessionKey();
    this.sessionKeys.set(key, true);
    return key;
  }

  accessToken(token: string): Token | undefined {
    return this.byAccessToken.get(token);
  }

  refreshToken(token: string): Token | undefined {
    return this.byRefreshToken.get(token);
  }

  /** Whether `value` is a code, a token or a session key that has been issued. */
  hasIssued(value: string): boolean {
    const issued = [this.codes, this.byAccessToken, this.byRefreshToken, this.sessionKeys];
    return issued.some((values) => values.has(value));
  }

  /**
   * A token that is alive stays the same and lives on; a dead one is replaced. The refresh token itself is
   * not renewed.
   */
  refresh(token: Token): void {
    if (token.expiresAt <= this.clock.now()) {
      const { accessToken } = token;
      // The dead one stays known, so that it is refused as expired, not as unknown.
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
    this.sessionKeys.clear();
  }
}
