import http from 'node:http';
import https from 'node:https';

/** A response, read to its end. */
export interface HttpResponse {
  url: URL;
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
  /** From the first byte sent to the last one received. */
  milliseconds: number;
}

interface Request {
  method?: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string;
  /** Milliseconds until the whole response must be there. */
  patience: number;
}

/** Why there was no response. */
export type NoResponse = 'silence' | 'refused' | 'broken' | 'dns' | 'tls' | 'other';

export class NoResponseError extends Error {
  override name = 'NoResponseError';
  readonly reason: NoResponse;
  readonly code: string;

  constructor(reason: NoResponse, code: string, host: string) {
    super(`${host}: ${reason} (${code})`);
    this.reason = reason;
    this.code = code;
  }
}

/** Pages beyond this are cut: what is looked for stands at their beginning. */
const MAX_BODY = 1_000_000;

/**
 * Sends one request, on a connection of its own. `node:http` and not `fetch`, which marks its requests as a script's
 * (`Sec-Fetch-Mode: cors`), while apps are to see a browser that opens a page.
 */
export function send(url: URL, { method = 'GET', headers, body, patience }: Request): Promise<HttpResponse> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const client = url.protocol === 'https:' ? https : http;
    const fail = (error: unknown): void => {
      clearTimeout(timer);
      reject(error instanceof NoResponseError ? error : asNoResponse(error, url.host));
    };
    const request = client.request(
      url,
      {
        method,
        agent: false,
        headers: { ...headers, ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let length = 0;
        const finish = (): void => {
          clearTimeout(timer);
          resolve({
            url,
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
            milliseconds: Math.round(performance.now() - start),
          });
        };
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          length += chunk.length;
          if (length <= MAX_BODY) return;
          finish();
          response.destroy();
        });
        response.on('end', finish);
        response.on('error', fail);
      },
    );
    const timer = setTimeout(() => {
      request.destroy(new NoResponseError('silence', `${patience} ms`, url.host));
    }, patience);
    request.on('error', fail);
    request.end(body);
  });
}

function asNoResponse(error: unknown, host: string): NoResponseError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'UNKNOWN';
  if (code === 'ECONNREFUSED') return new NoResponseError('refused', code, host);
  if (['ECONNRESET', 'EPIPE', 'HPE_INVALID_CONSTANT'].includes(code))
    return new NoResponseError('broken', code, host);
  if (['ENOTFOUND', 'EAI_AGAIN'].includes(code)) return new NoResponseError('dns', code, host);
  if (/CERT|SSL|TLS/.test(code)) return new NoResponseError('tls', code, host);
  return new NoResponseError('other', code, host);
}
