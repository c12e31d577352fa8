import { WeChatAPIError, WeChatResponseError, type WeChatEndpoint } from './errors.js';

/** A reply that WeChat counts as a success. */
export interface Reply {
  /** The body as text. */
  raw: string;
  json: Readonly<Record<string, unknown>>;
  /** `0` where WeChat says so, which `sns/auth` does; usually `undefined`. */
  errcode: number | undefined;
}

/**
 * Reads a reply of WeChat. Errors come with HTTP status 200 and an errcode, and `Content-Type` is `text/plain` without
 * a charset although the text is UTF-8, so neither header decides anything here.
 *
 * @param secrets what was sent and must not come back in an error
 */
export function decodeReply(
  endpoint: WeChatEndpoint,
  response: { status: unknown; data: unknown },
  secrets: readonly string[],
): Reply {
  // An injected axios may have made anything of it.
  const status = typeof response.status === 'number' ? response.status : undefined;
  if (status === undefined || status < 200 || status > 299) {
    const problem = `HTTP status ${status ?? 'missing'}, where WeChat always answers 200`;
    throw new WeChatResponseError(endpoint, problem, status);
  }
  const raw = textOf(response.data);
  const json = parseObject(raw);
  if (!json) {
    throw new WeChatResponseError(endpoint, raw === '' ? 'it is empty' : 'it is not a JSON object');
  }
  const errcode = errcodeOf(json['errcode']);
  if (Number.isNaN(errcode)) throw new WeChatResponseError(endpoint, 'its errcode is not a number');
  if (errcode !== undefined && errcode !== 0) {
    const { errmsg, rid } = splitErrmsg(withoutSecrets(json['errmsg'], secrets));
    throw new WeChatAPIError(endpoint, errcode, errmsg, rid);
  }
  return { raw, json, errcode };
}

function textOf(data: unknown): string {
  if (Buffer.isBuffer(data)) return data.toString('utf8');
  if (data instanceof ArrayBuffer) return Buffer.from(data).toString('utf8');
  if (typeof data === 'string') return data;
  // An injected axios may have parsed the body already.
  return data == null ? '' : JSON.stringify(data);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  const value = parseJSON(text) ?? parseJSON(withoutControls(text));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as Record<string, unknown>;
}

function parseJSON(text: string): unknown {
  try {
    // Few replies need it, and it costs more than all the rest of the parsing.
    return JSON.parse(text, /__proto__|\\u/.test(text) ? withoutProto : undefined) as unknown;
  } catch {
    return undefined;
  }
}

/** As an own property `__proto__` is harmless here, but not in an app that copies the reply with Object.assign. */
function withoutProto(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}

/** People have raw control characters in their nicknames, which JSON does not allow (RFC 8259, section 7). */
function withoutControls(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return text.replace(/^\uFEFF|[\u0000-\u001f]/g, '');
}

function errcodeOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  return typeof value === 'string' && /^-?\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
}

/** Takes WeChat's request id off a text such as `invalid code, rid: 6aac007a-6c02c771-26bf69c4`. */
function splitErrmsg(whole: string): { errmsg: string; rid: string | undefined } {
  const text = whole.slice(0, 300);
  const rid = /\brid: ?([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})/.exec(text)?.[1];
  return { errmsg: text.replace(/,? *\b(rid|hints?): ?.*$/, ''), rid };
}

function withoutSecrets(errmsg: unknown, secrets: readonly string[]): string {
  const text = typeof errmsg === 'string' ? withoutControls(errmsg) : '';
  return (
    secrets
      // As they are, and as they stand in the address; half a character, which no address can hold, becomes U+FFFD.
      .flatMap((value) => [value, encodeURIComponent(Buffer.from(value).toString())])
      .reduce((rest, value) => (value === '' ? rest : rest.replaceAll(value, '***')), text)
  );
}

/** A field that has a text in it. WeChat sends `''` for what it does not know; as an id it would make everybody one person. */
export function textOrNothing(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
