import dns from 'node:dns';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIP, type AddressInfo } from 'node:net';
import { examine, type ExamineOptions, type Finding } from 'wechat-login-doctor';

// No test asks WeChat itself, wherever it runs.
const { lookup } = dns;
beforeAll(() => {
  jest.spyOn(dns, 'lookup').mockImplementation(((host: string, options: never, callback: never) => {
    if (host === 'localhost' || isIP(host)) return lookup(host, options, callback);
    const done = (callback ?? options) as (error: Error) => void;
    setImmediate(done, Object.assign(new Error('no network in tests'), { code: 'ENOTFOUND' }));
  }) as never);
});
afterAll(() => {
  jest.restoreAllMocks();
});

/** All findings of an examination, without this machine's network. */
export async function examined(url: string, options: ExamineOptions = {}): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of examine(url, { network: false, patience: 2000, ...options }))
    findings.push(finding);
  return findings;
}

/** `fault state.missing`, without what is in order. */
export function problems(findings: Finding[]): string[] {
  return findings.filter(({ level }) => level !== 'ok').map(({ level, id }) => `${level} ${id}`);
}

/** An app that is told what to answer, and whose requests are noted. */
export interface Site {
  origin: string;
  requests: string[];
  close: () => Promise<void>;
}

type Handler = (req: IncomingMessage & { path: string; query: URLSearchParams }, res: ServerResponse) => void;

export async function startSite(handle: Handler): Promise<Site> {
  const requests: string[] = [];
  const server = createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://site');
    requests.push(`${req.method ?? ''} ${pathname}`);
    handle(Object.assign(req, { path: pathname, query: searchParams }), res);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function redirect(res: ServerResponse, location: string, cookies: string[] = []): void {
  res.writeHead(302, { Location: location, 'Set-Cookie': cookies });
  res.end();
}

/** A good URL at WeChat with a state of its own; `change` makes it a bad one. */
export function authorizationUrl(callback: string, change: (url: URL) => void = () => undefined): string {
  const url = new URL('https://open.weixin.qq.com/connect/qrconnect');
  url.search = new URLSearchParams({
    appid: 'wx0123456789abcdef',
    redirect_uri: callback,
    response_type: 'code',
    scope: 'snsapi_login',
    state: crypto.randomUUID(),
  }).toString();
  url.hash = '#wechat_redirect';
  change(url);
  return url.href;
}
