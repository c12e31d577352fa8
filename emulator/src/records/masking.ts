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
 * Hides secrets, codes and tokens from records that people read, whatever the parameter is called that holds
 * them.
 */
export class Masking {
  private readonly secrets: readonly string[];
  private readonly isKnown: (value: string) => boolean;
  private readonly shapes: readonly RegExp[];

  /**
   * @param secrets of the configured apps
   * @param isKnown whether a value is a code or token that has been issued
   * @param shapes of the codes and tokens, each of one length, to find them inside other words
   */
  constructor(secrets: readonly string[], isKnown: (value: string) => boolean, shapes: readonly RegExp[]) {
    this.secrets = secrets;
    this.isKnown = isKnown;
    this.shapes = shapes;
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

  /** A text from outside, with every secret, code and token in it masked wherever it stands, then shortened. */
  text(text: string): string {
    if (this.secrets.includes(text) || this.isKnown(text)) return mask(text);
    let masked = text;
    for (const secret of this.secrets) {
      if (secret.length >= MIN_LENGTH) masked = masked.replaceAll(secret, mask(secret));
    }
    for (const shape of this.shapes) masked = this.maskIssued(masked, shape);
    return masked.length > MAX_LENGTH ? `${masked.slice(0, MAX_LENGTH)}…` : masked;
  }

  /** What has the shape of a code may begin inside of what looks like one and is none. */
  private maskIssued(text: string, shape: RegExp): string {
    const pattern = new RegExp(shape, 'g');
    let masked = '';
    let end = 0;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      const [found] = match;
      if (this.isKnown(found)) {
        masked += text.slice(end, match.index) + mask(found);
        end = pattern.lastIndex;
      } else {
        pattern.lastIndex = match.index + 1;
      }
    }
    return masked + text.slice(end);
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
