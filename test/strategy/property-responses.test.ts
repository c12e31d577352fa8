import fc from 'fast-check';
import { createAuthorizationParams, createAuthorizationURL } from '../../lib/login/authorization-request.js';
import { resolveCallbackURL } from '../../lib/login/redirect-uri.js';
import { parseProfile } from '../../lib/profile.js';
import { readResponse } from '../../lib/api/response.js';
import { WeChatClient, WeChatError } from 'passport-wechat-oauth2';
import { anything, isNonEmptyString } from '../support/arbitraries.js';

describe('an arbitrary response', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((list) => Buffer.from(list)),
    fc.json().map((json) => Buffer.from(json)),
    fc
      .dictionary(
        fc.constantFrom(
          'errcode',
          'errmsg',
          'openid',
          'access_token',
          'session_key',
          'scope',
          'expires_in',
          'unionid',
          'is_snapshotuser',
          '__proto__',
        ),
        fc.oneof(fc.jsonValue(), fc.string(), fc.integer(), fc.constantFrom('o1', 'T', 0, '0', '', null)),
      )
      .map((object) => Buffer.from(JSON.stringify(object))),
  );
  const status = fc.oneof({ weight: 5, arbitrary: fc.constant(200) }, fc.integer({ min: 100, max: 599 }));

  it('decodes to an object without __proto__, or to a typed error', () => {
    fc.assert(
      fc.property(bytes, status, fc.array(fc.string(), { maxLength: 3 }), (body, code, secrets) => {
        try {
          const { json } = readResponse('userinfo', { status: code, body, encoding: undefined }, secrets);
          expect(typeof json).toBe('object');
          expect(Object.hasOwn(json, '__proto__')).toBe(false);
          expect(code).toBeLessThan(300);
        } catch (error) {
          expect(error).toBeInstanceOf(WeChatError);
          expect((error as Error).message).not.toMatch(/[\r\n\0]/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('makes every method of the client return what its type says, or a typed error', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, status, async (data, code) => {
        const request = (): Promise<unknown> => Promise.resolve({ status: code, data });
        const client = new WeChatClient({
          clientID: 'wx',
          clientSecret: 's',
          timeout: 20,
          axios: { request } as never,
        });
        const results = await Promise.allSettled([
          client.exchangeCode('code'),
          client.refresh('token'),
          client.userInfo('token', 'o1'),
          client.codeToSession('code'),
          client.check('token', 'o1'),
        ]);
        const [exchanged, refreshed] = results;
        for (const result of [exchanged, refreshed]) {
          if (result?.status === 'fulfilled') expect(isNonEmptyString(result.value.access_token)).toBe(true);
        }
        for (const result of results) {
          if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(WeChatError);
          else if (typeof result.value !== 'boolean') {
            expect(isNonEmptyString(result.value.openid)).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(({} as { errcode?: unknown }).errcode).toBeUndefined();
  });

  it('has its errmsg split into message and rid', () => {
    const rid = fc
      .tuple(...[0, 1, 2].map(() => fc.integer({ min: 0, max: 0xffffffff })))
      .map((numbers) => numbers.map((number) => number.toString(16).padStart(8, '0')).join('-'));
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z]([a-z0-9 ]*[a-z])?$/),
        rid,
        fc.constantFrom(', rid: ', ' rid: ', ', rid:'),
        (words, id, glue) => {
          const body = JSON.stringify({ errcode: 40029, errmsg: words.slice(0, 200) + glue + id });
          expect(() => readResponse('userinfo', { status: 200, body, encoding: undefined }, [])).toThrow(
            expect.objectContaining({ errmsg: words.slice(0, 200).trimEnd(), rid: id }) as Error,
          );
        },
      ),
    );
  });
});

describe('an arbitrary profile', () => {
  it('becomes a Passport profile with the token’s ids and an http(s) picture', () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            nickname: anything,
            sex: anything,
            headimgurl: fc.oneof(anything, fc.webUrl()),
            unionid: fc.constantFrom('', 'u1', null, 7),
          },
          { requiredKeys: [] },
        ),
        (user) => {
          const profile = parseProfile({ ...user, openid: 'o1' } as never, '{}', {
            clientID: 'wx1',
            platform: 'website',
            ids: { openid: 'o1', unionid: 'u1' },
            profileID: 'unionid-or-openid',
          });
          expect(profile).toMatchObject({ provider: 'wechat', id: 'u1', openid: 'o1', unionid: 'u1' });
          expect(typeof profile.displayName).toBe('string');
          for (const { value } of profile.photos ?? []) expect(value).toMatch(/^\s*https?:/i);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('URLs', () => {
  const part = fc.string({ unit: 'binary' });

  it('the authorization URL holds the given parameters and no others', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('website' as const, 'officialAccount' as const),
        part,
        part,
        part,
        fc.option(part, { nil: undefined }),
        part,
        (platform, clientID, callbackURL, scope, state, href) => {
          const wellFormed = [clientID, callbackURL, scope, state ?? '', href].every((value) =>
            isWellFormed(value),
          );
          fc.pre(wellFormed);
          const params = createAuthorizationParams({
            platform,
            clientID,
            callbackURL,
            scope,
            state,
            lang: 'en',
            connectRedirect: true,
            href,
          });
          const url = createAuthorizationURL('https://open.weixin.qq.com', platform, params);
          const { origin, hash, searchParams } = new URL(url);
          expect([origin, hash]).toEqual(['https://open.weixin.qq.com', '#wechat_redirect']);
          expect(url).toMatch(/^[\x21-\x7e]+$/);
          expect(searchParams.get('appid')).toBe(clientID);
          expect(searchParams.getAll('redirect_uri')).toEqual([callbackURL]);
          expect(searchParams.get('scope')).toBe(scope);
          expect(searchParams.get('state')).toBe(state ?? null);
          expect([...searchParams.keys()]).toEqual([
            'appid',
            'redirect_uri',
            'response_type',
            'scope',
            ...(state === undefined ? [] : ['state']),
            ...(platform === 'website' ? ['lang', 'href'] : ['connect_redirect']),
          ]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a relative callbackURL resolves to the host of the request, or is refused', () => {
    const path = fc.oneof(
      fc.string().map((rest) => `/${rest}`),
      fc.constantFrom(
        '//evil.example/a',
        '/\\evil.example/a',
        '\\\\evil.example',
        'https://evil.example/a',
        '/a?b=//c/d',
        '*',
      ),
      fc.constant(undefined),
    );
    const header = fc.oneof(
      fc.domain(),
      fc.string(),
      fc.constantFrom('evil.example/', 'a@evil.example', 'a b', 'a\r\nb', '[::1]:80'),
    );
    fc.assert(
      fc.property(header, fc.option(header), path, fc.boolean(), (host, forwarded, path, proxy) => {
        const headers = { host, ...(forwarded === null ? {} : { 'x-forwarded-host': forwarded }) };
        const req = { headers, originalUrl: path, protocol: 'https', socket: {} };
        try {
          const url = new URL(resolveCallbackURL('callback', req as never, proxy));
          expect([url.protocol, url.search, url.hash]).toEqual(['https:', '', '']);
          expect(url.pathname).toMatch(/\/callback$/);
          if (!proxy) expect(url.host).toBe(new URL(`https://${host}`).host);
        } catch (error) {
          expect((error as Error).message).toBe('The request has no usable Host header.');
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** Whether a text is free of halves of characters, which no URL can hold. */
function isWellFormed(value: string): boolean {
  return !/\p{Surrogate}/u.test(value);
}
