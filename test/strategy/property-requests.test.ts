import fc from 'fast-check';
import { AssertionError } from 'node:assert';
import {
  CookieStateStore,
  SessionStateStore,
  WeChatStrategy,
  type WeChatStrategyOptions,
} from 'passport-wechat-oauth2';
import { act } from '../support/act.js';
import { anything, isNonEmptyString } from '../support/arbitraries.js';
import { META, fakeResponse } from '../support/cookie-site.js';

// Nobody has been to WeChat in this file: whatever is made up here, nobody may come in by it.
const never = (): never => {
  throw new AssertionError({ message: 'verify was called' });
};

const asked: unknown[] = [];
const OPTIONS = {
  clientID: 'wx0000000000000000',
  clientSecret: 'secret',
  callbackURL: '/auth/wechat/callback',
  // What is sent to WeChat goes no further.
  axios: {
    request: (config: unknown) => {
      asked.push(config);
      return Promise.resolve({ status: 200, data: '{"errcode":40029,"errmsg":"invalid code"}' });
    },
  } as never,
} satisfies WeChatStrategyOptions;

const parameters = fc
  .record({ code: anything, state: anything, other: anything }, { requiredKeys: [] })
  .chain((record) => fc.constantFrom(record, Object.assign(Object.create(null) as object, record)));

describe('an arbitrary request', () => {
  const strategies = {
    website: new WeChatStrategy(OPTIONS, never),
    cookies: new WeChatStrategy(
      { ...OPTIONS, store: new CookieStateStore({ secret: 's'.repeat(32) }) },
      never,
    ),
    mobileApp: new WeChatStrategy({ ...OPTIONS, platform: 'mobileApp' }, never),
    miniProgram: new WeChatStrategy({ ...OPTIONS, platform: 'miniProgram' }, never),
  };

  it.each(Object.entries(strategies))('ends in one action and no login: %s', async (name, strategy) => {
    await fc.assert(
      fc.asyncProperty(
        parameters,
        parameters,
        fc.dictionary(fc.constantFrom('host', 'cookie', 'user-agent', 'x-forwarded-host'), fc.string()),
        fc.option(fc.dictionary(fc.string(), anything)),
        async (query, body, headers, session) => {
          asked.length = 0;
          const req = { query, body, headers, session, url: '/', res: fakeResponse() };
          const [action, ...args] = await act(strategy, req);
          expect(['fail', 'redirect', 'error']).toContain(action);
          // A code that is worth asking WeChat about is a text; without a state of ours there is none.
          for (const { params } of asked as { params: Record<string, string> }[]) {
            expect(['mobileApp', 'miniProgram']).toContain(name);
            expect(isNonEmptyString(params['code'] ?? params['js_code'])).toBe(true);
          }
          if (action === 'redirect') {
            expect(String(args[0])).toMatch(
              /^https:\/\/open\.weixin\.qq\.com\/connect\/[\x21-\x7e]+#wechat_redirect$/,
            );
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('ends in one action if nothing parses its query: repeated parameters, broken escapes, no URL', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.webQueryParameters().map((query) => `/cb?${query}`),
          fc
            .array(
              fc.constantFrom(
                'code=a',
                'code=b',
                'state=s',
                'code[]=a',
                'code%5B%5D=a',
                'state',
                '%',
                '&',
                'code=',
              ),
              { maxLength: 6 },
            )
            .map((parts) => `//evil.example/cb?${parts.join('&')}`),
          fc.constant(undefined),
        ),
        async (url) => {
          const [action] = await act(strategies.website, {
            url,
            headers: { host: 'example.com' },
            session: {},
          });
          expect(['fail', 'redirect', 'error']).toContain(action);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('arbitrary stored data', () => {
  const cookies = new CookieStateStore({ secret: 's'.repeat(32) });
  const HANDLE = 'a'.repeat(32);

  it('a cookie without our signature logs nobody in', async () => {
    const payload = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.record({ expires: fc.oneof(fc.double(), fc.anything()), state: anything }).map((made) => {
        try {
          return JSON.stringify(made);
        } catch {
          return '';
        }
      }),
    );
    const value = fc.oneof(
      fc.string(),
      fc
        .tuple(payload, fc.string())
        .map(([body, mark]) => `${Buffer.from(body).toString('base64url')}.${mark}`),
      fc
        .tuple(payload, fc.uint8Array({ minLength: 32, maxLength: 32 }))
        .map(
          ([body, mark]) =>
            `${Buffer.from(body).toString('base64url')}.${Buffer.from(mark).toString('base64url')}`,
        ),
    );
    await fc.assert(
      fc.asyncProperty(value, fc.array(fc.string()), async (forged, others) => {
        const cookie = [...others, `wechat-${HANDLE}=${forged}`].join('; ');
        const req = { headers: { host: 'localhost', cookie }, res: fakeResponse() };
        const ok = await new Promise((resolve) => {
          cookies.verify(req as never, HANDLE, META, (error, good) => resolve(error ?? good));
        });
        expect(ok).toBe(false);
        // A new login is not disturbed by it either, and what it sets is a header.
        await new Promise((resolve, reject) => {
          cookies.store(req as never, {}, META, (error, handle) => (error ? reject(error) : resolve(handle)));
        });
        for (const line of req.res.lines)
          expect(line).toMatch(/^wechat-[0-9a-f]{32}=[\w.-]*; Path=\/; [\x20-\x7e]+$/);
      }),
      { numRuns: 500 },
    );
  });

  it('data of an application is returned unchanged, and the session stays bounded', async () => {
    const store = new SessionStateStore({ max: 3 });
    await fc.assert(
      fc.asyncProperty(
        anything,
        fc.array(fc.jsonValue(), { minLength: 1, maxLength: 6 }),
        async (junk, states) => {
          const req = { session: { wechat: junk } as Record<string, unknown> };
          const handles: string[] = [];
          for (const state of states) {
            handles.push(
              await new Promise((resolve) => {
                store.store(req as never, state, META, (_error, handle) => resolve(handle ?? ''));
              }),
            );
          }
          expect(req.session['wechat']).toHaveLength(Math.min(3, states.length));
          const given = await new Promise((resolve) => {
            store.verify(req as never, handles.at(-1) ?? '', META, (_error, ok, state) =>
              resolve([ok, state]),
            );
          });
          expect(given).toEqual([true, states.at(-1)]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
