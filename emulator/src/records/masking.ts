const MAX_PARAMETERS = 32;
const MAX_LENGTH = 2048;

/** Parameters that hold a secret, a code or a token. */
const SECRET_NAMES = new Set([
  'secret',
  'code',
  'js_code',
  'access_token',
  'refresh_token',
  'client_secret',
  'component_access_token',
  'component_appsecret',
  'component_verify_ticket',
  'session_key',
]);

/** A shorter secret may be a word that stands elsewhere for itself. */
const MIN_LENGTH = 8;

/**
 * Percent-escapes, so that their digits are not read as the start of what follows, and what may be a code or
 * a token.
 */
const CANDIDATES = /%[\da-f]{2}|ticket@@@[\w-]+|[\w-]{8,}/gi;

/**
 * Hides secrets, codes and tokens from records that people read, whatever the parameter is called that holds
 * them.
 */
export class Masking {
  private readonly secrets: readonly string[];
  private readonly isKnown: (value: string) => boolean;

  /**
   * @param secrets of the configured apps
   * @param isKnown whether a value is a code or token that has been issued
   */
  constructor(secrets: readonly string[], isKnown: (value: string) => boolean) {
    this.secrets = secrets;
    this.isKnown = isKnown;
  }

  /** Parameters with secrets masked; of a repeated one, the first. */
  params(params: URLSearchParams): Record<string, string> {
    const all = new Map<string, string>();
    for (const [rawName, value] of [...params].slice(0, MAX_PARAMETERS)) {
      const name = this.text(rawName);
      if (!all.has(name)) all.set(name, SECRET_NAMES.has(rawName) ? mask(value) : this.text(value));
    }
    return Object.fromEntries(all);
  }

  /** A text from outside, shortened, with every secret, code and token in it masked. */
  text(text: string): string {
    if (this.secrets.includes(text) || this.isKnown(text)) return mask(text);
    let masked = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
    for (const secret of this.secrets) {
      if (secret.length >= MIN_LENGTH) masked = masked.replaceAll(secret, mask(secret));
    }
    return masked.replace(CANDIDATES, (found) => (this.isKnown(found) ? mask(found) : found));
  }

  /** A request in one line. */
  summary(method: string, path: string, params: URLSearchParams): string {
    const query = Object.entries(this.params(params)).map(([name, value]) => `${name}=${value}`);
    return `${method} ${this.text(path)}${query.length > 0 ? `?${query.join('&')}` : ''}`;
  }
}

/** Of a secret only the length stays: it gives away stray spaces and cut values. */
function mask(secret: string): string {
  return secret === '' ? '' : `*** (${secret.length})`;
}
