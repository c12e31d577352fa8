import { spawn } from 'node:child_process';
import diagnostics from 'node:diagnostics_channel';
import axios from 'axios';
import session from 'express-session';
import request from 'supertest';
import {
  CookieStateStore,
  WeChatClient,
  WeChatStrategy,
  type WeChatEndpoint,
  type WeChatStrategyOptions,
} from 'passport-wechat-oauth2';
import { refusingOrigin } from '../support/ports.js';
import { beginLogin, browser } from '../support/login.js';
import { ended, ENDPOINTS, type Ending } from '../support/wechat-calls.js';
import { FAULTS, unusable } from '../support/fault-table.js';
import { until } from '../support/until.js';
import { everythingIn } from '../support/everything-in.js';
import { startEmulator, websiteOptions } from '../support/emulator.js';
import { appWith, profileAsUser } from '../support/express-app.js';

const { wechat, origin } = startEmulator();

// Every secret of a login begins so, and goes through WeChat's hands and ours unchanged.
const MARK = 'LEAK';
const APP = { clientID: 'wx00000000000000aa', clientSecret: `${MARK}-app+secret/=` };
const CODE = `${MARK}-code`;
const COOKIE_SECRET = `${MARK}-cookie-secret-of-32-characters`;
const TOKENS = {
  access_token: `${MARK}-access-token`,
  refresh_token: `${MARK}-refresh-token`,
  openid: 'o1',
  scope: 'snsapi_login',
  expires_in: 7200,
};

const LEAK = new RegExp(`.{0,40}(${MARK}|${Buffer.from(MARK).toString('base64').slice(0, 5)}).{0,20}`, 'gs');

function expectNoLeak(...values: unknown[]): void {
  expect(values.flatMap((value) => everythingIn(value).match(LEAK) ?? [])).toEqual([]);
}

it('the scanner finds the secrets in an HTTP client’s error', async () => {
  const failed = axios.get(`${await refusingOrigin()}/sns/oauth2/access_token`, {
    params: { secret: APP.clientSecret },
  });
  const { error } = await ended(failed);
  expect(() => expectNoLeak(error)).toThrow();
  expect(() => expectNoLeak(new Error('failed', { cause: error }))).toThrow();
  expect(() => expectNoLeak({ [Symbol('hidden')]: new Map([['key', `x${APP.clientSecret}`]]) })).toThrow();
});

/** What each call sends that nobody else may know. */
const SENT: Record<WeChatEndpoint, string> = {
  access_token: `${APP.clientSecret} ${CODE}`,
  jscode2session: `${APP.clientSecret} ${CODE}`,
  userinfo: TOKENS.access_token,
  auth: TOKENS.access_token,
  refresh_token: TOKENS.refresh_token,
};

// What WeChat might say of a secret, beside all that a network can do.
const echoes = (endpoint: WeChatEndpoint): typeof FAULTS => {
  const sent = SENT[endpoint];
  return {
    'an errcode with what was sent in its errmsg': {
      fault: { errcode: 40125, errmsg: `bad ${sent}, not ${sent}, rid: 6aac007a-6c02c771-26bf69c4` },
      expected: { name: 'WeChatAPIError', errcode: 40125 },
    },
    'a page with what was sent': unusable({ status: 400, body: sent }, 400),
    'a redirect with what was sent': unusable(
      { status: 302, headers: { Location: `/?secret=${encodeURIComponent(sent)}` } },
      302,
    ),
    'tokens without an openid': unusable({ body: JSON.stringify({ ...TOKENS, openid: undefined }) }),
    'tokens without an access_token': unusable({
      body: JSON.stringify({ ...TOKENS, access_token: '', openid: '' }),
    }),
    'a session without an openid': unusable({ body: JSON.stringify({ session_key: `${MARK}-key` }) }),
    'broken JSON with tokens': unusable({ body: JSON.stringify(TOKENS).slice(0, -1) }),
  };
};

const messages: unknown[] = [];
const listen = (message: unknown): void => void messages.push(message);
beforeEach(() => {
  messages.length = 0;
  diagnostics.subscribe('passport-wechat-oauth2:request', listen);
});
afterEach(() => {
  diagnostics.unsubscribe('passport-wechat-oauth2:request', listen);
});

interface Subject {
  /** Makes the call. */
  run: () => Promise<Ending>;
  /** The objects that an application holds. */
  held: unknown[];
}

function createSubject(endpoint: WeChatEndpoint, reach: object): Subject {
  const client = new WeChatClient({ ...APP, apiOrigin: origin(), ...reach });
  if (endpoint === 'refresh_token' || endpoint === 'auth') {
    const run = (): Promise<Ending> =>
      ended(
        endpoint === 'auth' ? client.check(TOKENS.access_token, 'o1') : client.refresh(TOKENS.refresh_token),
      );
    return { run, held: [client] };
  }
  const store = new CookieStateStore({ secret: COOKIE_SECRET });
  const platform = endpoint === 'jscode2session' ? 'miniProgram' : 'mobileApp';
  const options: WeChatStrategyOptions = { ...APP, platform, store, apiOrigin: origin(), ...reach };
  const strategy = new WeChatStrategy(options, profileAsUser);
  const { app, errors } = appWith(strategy);
  const run = async (): Promise<Ending> => {
    errors.length = 0;
    if (endpoint === 'userinfo') wechat.faults.next('access_token', { body: JSON.stringify(TOKENS) });
    const { status, headers, text } = await request(app).post('/auth/wechat').send({ code: CODE });
    expectNoLeak(headers, text);
    return status === 200 ? { result: text } : { error: errors[0], failed: status };
  };
  return { run, held: [client, strategy, store] };
}

describe.each<[string, () => object]>([
  ['by default', () => ({})],
  ['with an axios of the application', () => ({ axios: axios.create() })],
])('errors %s', (_by, createReach) => {
  it.each(ENDPOINTS)('show no secret of %s, whatever fails', async (endpoint) => {
    // One that runs out of time is enough here.
    const paths = Object.entries({ ...FAULTS, ...echoes(endpoint) }).filter(
      ([name, { slow }]) => !slow || name === 'silence',
    );
    const impatient = createSubject(endpoint, { ...createReach(), timeout: 700 });
    const patient = createSubject(endpoint, { ...createReach(), timeout: 10_000 });
    for (const [name, { fault, expected, slow }] of paths) {
      const { run, held } = slow ? impatient : patient;
      for (let i = 0; i < 3; i++) wechat.faults.next(endpoint, fault);
      const running = run();
      expectNoLeak(...held);
      const ending = await running;
      wechat.faults.clear();
      expect({ name, ...ending }).toMatchObject({ name, error: expected });
      expectNoLeak(ending.error, ...held);
    }
    expect(messages.length).toBeGreaterThanOrEqual(paths.length);
    expectNoLeak(messages);
  });

  it('show no secret when WeChat refuses connections', async () => {
    for (const endpoint of ENDPOINTS.filter((name) => name !== 'userinfo')) {
      const { run, held } = createSubject(endpoint, { ...createReach(), apiOrigin: await refusingOrigin() });
      const { error } = await run();
      expect(error).toMatchObject({ code: 'ECONNREFUSED' });
      expectNoLeak(error, ...held, messages);
    }
  });
});

describe('a login under way', () => {
  it('leaves no secret visible in the strategy, the client, the stores or the session', async () => {
    const sessionStore = new session.MemoryStore();
    const store = new CookieStateStore({ secret: [COOKIE_SECRET, `${COOKIE_SECRET}-old`] });
    const strategies = [{}, { store }].map(
      (more) =>
        new WeChatStrategy(
          {
            ...websiteOptions(origin()),
            ...APP,
            officialAccount: { clientID: 'wx00000000000000bb', clientSecret: `${MARK}-second` },
            timeout: 3000,
            ...more,
          } as WeChatStrategyOptions,
          profileAsUser,
        ),
    );
    for (const strategy of strategies) {
      const { app } = appWith(strategy, { sessionStore });
      const visitor = browser(app);
      // The emulator does not know this app, so its page is not opened.
      const start = await beginLogin(visitor);
      const state = start.searchParams.get('state') ?? '';
      expectNoLeak(start.href);
      wechat.faults.next('access_token', { body: JSON.stringify(TOKENS) });
      wechat.faults.next('userinfo', { hang: true });
      const callback = visitor
        .get(`/auth/wechat/callback?code=${CODE}&state=${state}`)
        .then((answer) => answer);
      await until(() => wechat.requests.some(({ endpoint }) => endpoint === 'userinfo'));
      // Now the strategy remembers the exchange, and awaits the profile.
      expectNoLeak(strategy, store, sessionStore, Object.create(strategy));
      expectNoLeak((await callback).text);
      wechat.reset();
    }
  });

  it('leaves no secret of resolveApp visible', async () => {
    const strategy = new WeChatStrategy(
      {
        resolveApp: () => Promise.resolve(APP),
        callbackURL: 'http://localhost/callback',
        openOrigin: origin(),
        apiOrigin: origin(),
      },
      profileAsUser,
    );
    await beginLogin(browser(appWith(strategy).app));
    expectNoLeak(strategy);
  });
});

it('no secret is printed, even if an app prints every error', async () => {
  const script = `
    const express = require('express');
    const { Passport } = require('passport');
    const { WeChatStrategy, WeChatClient } = require('passport-wechat-oauth2');
    const [origin, clientSecret, code] = process.argv.slice(1);
    const app = express();
    const passport = new Passport();
    const options = { clientID: 'wx00000000000000aa', clientSecret, platform: 'mobileApp', apiOrigin: origin };
    passport.use(new WeChatStrategy(options, async () => ({ id: 1 })));
    app.post('/', express.json(), passport.authenticate('wechat', { session: false }));
    const server = app.listen(0, '127.0.0.1', async () => {
      const headers = { 'content-type': 'application/json' };
      const url = 'http://127.0.0.1:' + server.address().port;
      const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ code }) });
      console.log(reply.status, await reply.text());
      await new WeChatClient(options).codeToSession(code).catch((error) => console.error(error, error.toString()));
      console.log(passport, options.platform);
      server.close();
    });`;
  const child = spawn(process.execPath, ['-e', script, origin(), APP.clientSecret, CODE], {
    cwd: `${__dirname}/../..`,
    env: { PATH: process.env['PATH'] ?? '', DEBUG: '*', NODE_ENV: 'development' },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (printed += String(data)));
  await new Promise((resolve) => child.on('close', resolve));
  expect(printed).toMatch(/^500 .*WeChatAPIError/ms);
  expect(printed).toMatch(/40013/);
  expectNoLeak(printed);
});
