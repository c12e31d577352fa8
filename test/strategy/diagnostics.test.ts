import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import express from 'express';
import { WeChatClient, WeChatStrategy, type WeChatRequestMessage } from 'passport-wechat-oauth2';
import { mobileApp, startEmulator, website, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser } from '../support/express-app.js';
import { approve, beginLogin, browser } from '../support/login.js';
import { refusingOrigin } from '../support/ports.js';
import { logWeChat } from '../guides/examples/observability-logs.js';
import { measureWeChat } from '../guides/examples/observability-metrics.js';
import { traceWeChat } from '../guides/examples/observability-traces.js';

const { wechat, origin } = startEmulator();
const CHANNEL = 'passport-wechat-oauth2:request';

let messages: WeChatRequestMessage[] = [];
function collect(message: unknown): void {
  messages.push(message as WeChatRequestMessage);
}
beforeEach(() => {
  messages = [];
  subscribe(CHANNEL, collect);
});
afterEach(() => {
  unsubscribe(CHANNEL, collect);
});

/** A whole login by QR code. */
async function logIn(): Promise<number> {
  const { app } = appWith(new WeChatStrategy(websiteOptions(origin()), profileAsUser));
  const visitor = browser(app);
  return (await visitor.get(await approve(wechat, await beginLogin(visitor)))).status;
}

function clientFor(apiOrigin: string | string[]): WeChatClient {
  return new WeChatClient({ clientID: mobileApp.appid, clientSecret: mobileApp.secret, apiOrigin });
}

describe('the diagnostics channel', () => {
  it('publishes one message for each request, with the documented fields only', async () => {
    expect(await logIn()).toBe(200);
    const { host } = new URL(origin());
    const common = { host, attempt: 1, status: 200, errcode: undefined, ms: expect.any(Number) };
    expect(messages).toEqual([
      { endpoint: 'access_token', ...common },
      { endpoint: 'userinfo', ...common },
    ]);
    for (const message of messages) {
      expect(Object.keys(message)).toEqual(['endpoint', 'host', 'attempt', 'status', 'errcode', 'rid', 'ms']);
    }
  });

  it('reports the status and errcode of each attempt', async () => {
    wechat.faults.next('userinfo', { errcode: -1 });
    wechat.faults.next('userinfo', { html: true, status: 502 });
    expect(await logIn()).toBe(200);
    expect(
      messages.map(({ endpoint, attempt, status, errcode }) => [endpoint, attempt, status, errcode]),
    ).toEqual([
      ['access_token', 1, 200, undefined],
      ['userinfo', 1, 200, -1],
      ['userinfo', 2, 502, undefined],
      ['userinfo', 3, 200, undefined],
    ]);
  });

  it('reports a request without a response, and the spare host', async () => {
    const closed = await refusingOrigin();
    const { code } = wechat.phone.sendAuth({ appid: mobileApp.appid });
    await clientFor([closed, origin()]).exchangeCode(code);
    expect(messages.map(({ host, attempt, status }) => [host, attempt, status])).toEqual([
      [new URL(closed).host, 1, undefined],
      [new URL(origin()).host, 2, 200],
    ]);
  });

  it('reports errcode 0 of a successful auth', async () => {
    const client = clientFor(origin());
    const { access_token, openid } = await client.exchangeCode(
      wechat.phone.sendAuth({ appid: mobileApp.appid }).code,
    );
    await client.check(access_token, openid);
    expect(messages.at(-1)).toMatchObject({ endpoint: 'auth', status: 200, errcode: 0 });
  });

  it('publishes in the async context of the login', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const look = (): void => {
      seen.push(context.getStore());
    };
    subscribe(CHANNEL, look);
    const { app } = appWith(new WeChatStrategy(websiteOptions(origin()), profileAsUser));
    const outer = express().use((req, _res, next) => {
      context.run(`request of ${req.path}`, next);
    }, app);
    const visitor = browser(outer);
    await visitor.get(await approve(wechat, await beginLogin(visitor))).expect(200);
    unsubscribe(CHANNEL, look);
    expect(seen).toEqual(Array(2).fill('request of /auth/wechat/callback'));
  });
});

describe('the observability examples', () => {
  const lines: string[] = [];
  const spans: { name: string; options: { attributes: object }; status?: object; ended: boolean }[] = [];
  let metrics: () => string;

  beforeAll(() => {
    logWeChat((line) => lines.push(line));
    metrics = measureWeChat();
    traceWeChat({
      startSpan(name, options) {
        const span: (typeof spans)[number] = { name, options, ended: false };
        spans.push(span);
        return {
          setStatus: (status) => (span.status = status),
          end: () => (span.ended = true),
        };
      },
    });
  });

  it('report a login, and one that WeChat refused', async () => {
    await logIn();
    wechat.faults.next('access_token', { errcode: 40125 });
    expect(await logIn()).toBe(500);

    expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ level: 'info', endpoint: 'access_token', status: 200, attempt: 1 }),
      expect.objectContaining({ level: 'info', endpoint: 'userinfo' }),
      expect.objectContaining({ level: 'warn', endpoint: 'access_token', errcode: 40125 }),
    ]);
    expect(spans.map(({ name, status, ended }) => [name, status, ended])).toEqual([
      ['WeChat access_token', undefined, true],
      ['WeChat userinfo', undefined, true],
      ['WeChat access_token', { code: 2, message: 'errcode 40125' }, true],
    ]);
    const name = 'wechat_request_duration_seconds';
    expect(metrics().split('\n')).toEqual(
      expect.arrayContaining([
        `# TYPE ${name} histogram`,
        `${name}_bucket{endpoint="access_token",result="ok",le="+Inf"} 1`,
        `${name}_count{endpoint="access_token",result="40125"} 1`,
        `${name}_count{endpoint="userinfo",result="ok"} 1`,
      ]),
    );
  });

  it('show no secret, code or token', async () => {
    const secrets: unknown[] = [website.secret];
    const strategy = new WeChatStrategy(websiteOptions(origin()), (accessToken, refreshToken, profile) => {
      secrets.push(accessToken, refreshToken);
      return profileAsUser(accessToken, refreshToken, profile);
    });
    const visitor = browser(appWith(strategy).app);
    const callback = await approve(wechat, await beginLogin(visitor));
    secrets.push(new URLSearchParams(callback.split('?')[1]).get('code'));
    await visitor.get(callback).expect(200);
    const told = [...lines, metrics(), JSON.stringify(spans), JSON.stringify(messages)].join('\n');
    expect(secrets).toEqual(Array(4).fill(expect.any(String)));
    expect(secrets.filter((secret) => told.includes(secret as string))).toEqual([]);
  });
});
