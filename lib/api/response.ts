import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { WeChatAPIError, WeChatResponseError } from '../errors.js';
import type { WeChatEndpoint } from '../platform.js';
import type { HttpResponse } from './http.js';
import { MAX_BODY_BYTES } from './watched-request.js';

/** A response that WeChat counts as a success. */
export interface WeChatResponse {
  /** The body as a string. */
  raw: string;
  json: Readonly<Record<string, unknown>>;
  /** `0` if WeChat says so, which `sns/auth` does; usually `undefined`. */
  errcode: number | undefined;
}

/**
 * Reads a response of WeChat. Errors come with status 200 and an errcode, so another status is not WeChat's. The body
 * is UTF-8, whatever `Content-Type` says: it is `text/plain` without a charset.
 *
 * @param secrets what was sent and must not come back in an error
 */
export function readResponse(
  endpoint: WeChatEndpoint,
  { status, body, encoding }: Pick<HttpResponse, 'status' | 'body' | 'encoding'>,
  secrets: readonly string[],
): WeChatResponse {
  if (status === undefined || status < 200 || status > 299) {
    const problem = `HTTP status ${status ?? 'missing'}, where WeChat always sends 200`;
    throw new WeChatResponseError(endpoint, problem, status);
  }
  const raw = toText(decompress(endpoint, body, encoding));
  const json = parseObject(raw);
  if (!json) {
    throw new WeChatResponseError(endpoint, raw === '' ? 'it is empty' : 'it is not a JSON object');
  }
  const errcode = readErrcode(json['errcode']);
  if (Number.isNaN(errcode)) throw new WeChatResponseError(endpoint, 'its errcode is not a number');
  if (errcode !== undefined && errcode !== 0) {
    const { errmsg, rid } = splitErrmsg(withoutSecrets(json['errmsg'], secrets));
    throw new WeChatAPIError(endpoint, errcode, errmsg, rid);
  }
  return { raw, json, errcode };
}

const DECOMPRESS: Readonly<Record<string, (body: Buffer, options: { maxOutputLength: number }) => Buffer>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  // With the header of zlib (RFC 9110, section 8.4.1.2), which some leave out.
  deflate: (body: Buffer, options) =>
    ((body[0] ?? 0) & 15) === 8 ? inflateSync(body, options) : inflateRawSync(body, options),
  br: brotliDecompressSync,
};

/** Every request says `Accept-Encoding: identity`, but a gateway on the way may compress all the same. */
function decompress(endpoint: WeChatEndpoint, body: unknown, encoding = 'identity'): unknown {
  const name = encoding.trim().toLowerCase();
  if (name === 'identity' || name === '' || !Buffer.isBuffer(body)) return body;
  try {
    const decompressed = DECOMPRESS[name]?.(body, { maxOutputLength: MAX_BODY_BYTES });
    if (decompressed) return decompressed;
  } catch {
    // Not what the header says, or longer than a response of WeChat.
  }
  const which = /^[\w ,-]{1,40}$/.test(name) ? ` (${name})` : '';
  throw new WeChatResponseError(
    endpoint,
    `its Content-Encoding${which}, for which the request did not ask, cannot be read: look at what stands between this server and WeChat`,
  );
}

function toText(body: unknown): string {
  if (Buffer.isBuffer(body)) return body.toString('utf8');
  if (body instanceof ArrayBuffer) return Buffer.from(body).toString('utf8');
  if (typeof body === 'string') return body;
  // The app's axios may have parsed the body already.
  return body == null ? '' : JSON.stringify(body);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  const value = parseJSON(text) ?? parseJSON(withoutControls(text));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as Record<string, unknown>;
}

function parseJSON(text: string): unknown {
  try {
    // Few responses need it, and it costs more than all the rest of the parsing.
    return JSON.parse(text, /__proto__|\\u/.test(text) ? withoutProto : undefined) as unknown;
  } catch {
    return undefined;
  }
}

/** As an own property `__proto__` is harmless here, but not in an app that copies the response with Object.assign. */
function withoutProto(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}

/** Nicknames can hold raw control characters, which JSON does not allow (RFC 8259, section 7). */
function withoutControls(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return text.replace(/^\uFEFF|[\u0000-\u001f]/g, '');
}

function readErrcode(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  return typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
}

/** Takes WeChat's request id off a message such as `invalid code, rid: 6aac007a-6c02c771-26bf69c4`. */
function splitErrmsg(whole: string): { errmsg: string; rid: string | undefined } {
  const text = whole.slice(0, 300);
  const rid = /\brid: ?([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})/.exec(text)?.[1];
  return { errmsg: text.replace(/,? *\b(rid|hints?): ?.*$/, ''), rid };
}

function withoutSecrets(errmsg: unknown, secrets: readonly string[]): string {
  let text = typeof errmsg === 'string' ? withoutControls(errmsg) : '';
  // As they are, and as they stand in the URL, where a lone surrogate becomes U+FFFD.
  const forms = secrets.flatMap((value) => {
    const encoded = encodeURIComponent(Buffer.from(value).toString());
    // axios leaves `:`, `$` and `,` as they are, and has `+` for a blank.
    const byAxios = encoded.replace(/%3A|%24|%2C/g, decodeURIComponent).replaceAll('%20', '+');
    return [withoutControls(value).trim(), encoded, byAxios].filter((form) => form !== '');
  });
  // The longest first: a short one would cut it to pieces.
  for (const form of forms.toSorted((a, b) => b.length - a.length)) text = text.replaceAll(form, '***');
  // What is left of one that was pasted with blanks in it, or comes back in another form.
  for (const [run] of secrets.join(' ').matchAll(/[\w-]{8,}/g))
    text = text.replace(new RegExp(run, 'gi'), '***');
  return text;
}
