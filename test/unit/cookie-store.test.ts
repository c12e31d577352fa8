import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { CookieStateStore, type CookieStateStoreOptions } from '../../lib/state/cookie-store.js';
import type { StateMeta } from '../../lib/state/store.js';
import { collectWarnings } from '../support/warnings.js';

const SECRET = 'first-secret-of-at-least-32-characters';
const META: StateMeta = { authorizationURL: '', tokenURL: '', clientID: '' };
const NOW = Date.UTC(2026, 0, 1);

const NO_SUCH = 'No such login was started in this browser, or its cookie did not come back.';
const NOT_SIGNED = 'The cookie of this login is not signed with our secret.';
const TOO_LATE = 'The login took too long.';

function storeWith(options: Partial<CookieStateStoreOptions> = {}): CookieStateStore {
  return new CookieStateStore({ secret: SECRET, ...options });
}

function requestWith(headers: object): { req: never; set: () => string[] } {
  const message = new IncomingMessage(new Socket());
  const res = new ServerResponse(message);
  Object.assign(message, { headers: { host: 'example.com', ...headers }, res });
  return { req: message as never, set: () => [res.getHeader('Set-Cookie') ?? []].flat() as string[] };
}

interface Started {
  handle: string;
  /** The login's own cookie, as the browser sends it back. */
  pair: string;
  /** The names of the cookies that are taken away. */
  gone: string[];
}

/** Starts a login in a request with these headers. */
function start(
  store: CookieStateStore,
  headers: object = {},
  { state, callbackURL }: { state?: unknown; callbackURL?: string | undefined } = {},
): Started {
  const { req, set } = requestWith(headers);
  let handle: string | undefined;
  store.store(req, state, { ...META, ...(callbackURL && { callbackURL }) }, (error, made) => {
    expect(error).toBeNull();
    handle = made;
  });
  const pair = set().at(-1)?.split(';')[0] ?? '';
  expect(pair).toContain(`${handle}=`);
  const gone = set()
    .slice(0, -1)
    .map((line) => {
      expect(line).toMatch(/^[^=;]+=; Path=\/; Max-Age=0; HttpOnly; SameSite=Lax/);
      return line.slice(0, line.indexOf('='));
    });
  return { handle: handle as string, pair, gone };
}

/** What the store says of a callback with these cookies, and which cookies it sets. */
function finish(
  store: CookieStateStore,
  handle: string,
  cookie?: string,
  host = 'example.com',
): { answer: unknown[]; set: string[] } {
  const { req, set } = requestWith({ host, ...(cookie === undefined ? {} : { cookie }) });
  let answer: unknown[] = [];
  store.verify(req, handle, META, (...given) => {
    answer = given;
  });
  return { answer, set: set() };
}

const cookieName = (pair: string): string => pair.slice(0, pair.indexOf('='));

afterEach(() => {
  jest.useRealTimers();
});

describe('a login', () => {
  it.each([[{ returnTo: '/购物车' }], [undefined]])('returns its data: %j', (state) => {
    const store = storeWith();
    const { handle, pair } = start(store, {}, { state });
    expect(finish(store, handle, pair)).toStrictEqual({
      answer: [null, true, state],
      set: [`${cookieName(pair)}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure`],
    });
  });

  it('is unknown in another browser, whose cookies stay untouched', () => {
    const store = storeWith();
    const [mine, other] = [start(store), start(store)];
    const none = { answer: [null, false, { message: NO_SUCH }], set: [] };
    expect(finish(store, other.handle, mine.pair)).toStrictEqual(none);
    expect(finish(store, mine.handle)).toStrictEqual(none);
    expect(finish(store, '')).toStrictEqual(none);
    expect(finish(store, 'theme', '__Host-wechat-theme=dark')).toStrictEqual(none);
  });

  it.each<[string, (value: string) => string]>([
    ['without a signature', (value) => value.slice(0, value.indexOf('.') + 1)],
    ['without a dot', (value) => value.replace('.', '')],
    ['with other content', (value) => value.replace(/^.*\./, 'e30.')],
    ['with a space in its content', (value) => `${value.slice(0, 9)} ${value.slice(9)}`],
    ['empty', () => ''],
  ])('is refused with a changed cookie, which is deleted: %s', (_what, changed) => {
    const store = storeWith();
    const { handle, pair } = start(store);
    const name = cookieName(pair);
    const { answer, set } = finish(store, handle, `${name}=${changed(pair.slice(name.length + 1))}`);
    expect(answer).toStrictEqual([null, false, { message: NOT_SIGNED }]);
    expect(set).toEqual([expect.stringContaining(`${name}=; Path=/; Max-Age=0;`)]);
  });

  it('is refused under another secret, and accepted under an earlier one', () => {
    const later = 'second-secret-of-at-least-32-characters';
    const { handle, pair } = start(storeWith());
    const answers = [later, [later, SECRET]].map(
      (secret) => finish(storeWith({ secret }), handle, pair).answer,
    );
    expect(answers).toStrictEqual([
      [null, false, { message: NOT_SIGNED }],
      [null, true, undefined],
    ]);
  });

  it.each([
    [1000, 1000],
    [undefined, 30 * 60_000],
  ])('expires to the millisecond: maxAge %p is %p', (maxAge, time) => {
    jest.useFakeTimers({ now: NOW });
    const store = storeWith({ maxAge });
    const { handle, pair } = start(store);
    jest.setSystemTime(NOW + time - 1);
    expect(finish(store, handle, pair).answer).toStrictEqual([null, true, undefined]);
    jest.setSystemTime(NOW + time);
    expect(finish(store, handle, pair).answer).toStrictEqual([null, false, { message: TOO_LATE }]);
  });

  it('is not kept alive by a clock that was set back, beyond what clocks differ by', () => {
    jest.useFakeTimers({ now: NOW });
    const store = storeWith();
    const { handle, pair } = start(store);
    jest.setSystemTime(NOW - 60_000);
    expect(finish(store, handle, pair).answer).toStrictEqual([null, true, undefined]);
    jest.setSystemTime(NOW - 60_001);
    expect(finish(store, handle, pair).answer).toStrictEqual([null, false, { message: TOO_LATE }]);
  });
});

describe('the cookies of a request', () => {
  function answerTo(cookieWith: (pair: string) => string): unknown[] {
    const store = storeWith();
    const { handle, pair } = start(store);
    return finish(store, handle, cookieWith(pair)).answer;
  }

  it.each<[string, (pair: string) => string]>([
    ['first', (pair) => `${pair}; a=b`],
    ['after others', (pair) => `a=b; c=d=e; ${pair}`],
    ['after one without a name', (pair) => `a; ${pair}`],
    ['after no space', (pair) => `a=b;${pair}`],
    ['after several spaces', (pair) => `a=b;   ${pair}`],
  ])('are parsed: %s', (_where, cookieWith) => {
    expect(answerTo(cookieWith)).toStrictEqual([null, true, undefined]);
  });

  it.each<[string, (pair: string) => string]>([
    ['with a no-break space before it', (pair) => `a=b; \u00a0${pair}`],
    ['with a tab before it', (pair) => `a=b; \t${pair}`],
    ['with a space in its name', (pair) => pair.replace('-wechat-', '-wechat- ')],
    ['with a space after its name', (pair) => pair.replace('=', ' =')],
    ['as the value of another', (pair) => `a=${pair}`],
    ['of a longer name', (pair) => `a${pair}`],
  ])('are matched by their exact name: %s', (_what, cookieWith) => {
    expect(answerTo(cookieWith)).toStrictEqual([null, false, { message: NO_SUCH }]);
  });
});

it.each([['theme=dark'], [['theme=dark', 'a=b']]])(
  'cookies that the response already sets stay: %j',
  (before) => {
    const { req, set } = requestWith({});
    (req as { res: ServerResponse }).res.setHeader('Set-Cookie', before);
    storeWith().store(req, undefined, META, () => undefined);
    expect(set()).toEqual([...[before].flat(), expect.stringMatching(/^__Host-wechat-[0-9a-f]{32}=/)]);
  },
);

describe('a Secure cookie', () => {
  it.each<[string | undefined, boolean]>([
    ['localhost', false],
    ['LOCALHOST:3000', false],
    ['app.dev-1.localhost', false],
    ['127.0.0.1:3000', false],
    ['127.255.254.253', false],
    ['[::1]:3000', false],
    [undefined, true],
    ['mylocalhost', true],
    ['.localhost', true],
    ['localhost.example.com', true],
    ['localhost:3000x', true],
    ['1127.0.0.1', true],
    ['127.0.0.1.example.com', true],
    ['127.0.1', true],
    ['127.0.0.1234', true],
    ['[::1].example.com', true],
    ['[::2]', true],
  ])('is used on every host but localhost: %p, %p', (host, secure) => {
    const { pair } = start(storeWith(), { host });
    expect(pair).toMatch(secure ? /^__Host-wechat-/ : /^wechat-/);
  });

  it('is accepted on localhost by default, like an insecure one', () => {
    const store = storeWith();
    for (const host of ['example.com', 'localhost']) {
      const { handle, pair } = start(store, { host });
      expect(finish(store, handle, pair, 'localhost').answer).toStrictEqual([null, true, undefined]);
    }
  });

  it('is the only one accepted elsewhere: one made for Host: localhost might have been planted', () => {
    const store = storeWith();
    const { handle, pair } = start(store, { host: 'localhost' });
    expect(pair).toMatch(/^wechat-/);
    expect(finish(store, handle, pair).answer).toStrictEqual([null, false, { message: NO_SUCH }]);
  });

  it.each(['https://app.example.com/cb', 'HTTPS://app.example.com/cb'])(
    'is used even for Host: localhost if callbackURL is https: %s',
    (callbackURL) => {
      expect(start(storeWith(), { host: 'localhost' }, { callbackURL }).pair).toMatch(/^__Host-/);
    },
  );

  it('is not used if callbackURL is http on localhost', () => {
    const callbackURL = 'http://localhost:3000/cb?next=https:';
    expect(start(storeWith(), { host: 'localhost:3000' }, { callbackURL }).pair).toMatch(/^wechat-/);
  });

  it.each([true, false])('is always or never used under secure: %p', (secure) => {
    const [right, wrong] = [start(storeWith({ secure })), start(storeWith({ secure: !secure }))];
    const store = storeWith({ secure });
    expect(finish(store, right.handle, right.pair).answer).toStrictEqual([null, true, undefined]);
    expect(finish(store, wrong.handle, wrong.pair)).toStrictEqual({
      answer: [null, false, { message: NO_SUCH }],
      set: [],
    });
  });

  it('takes precedence over an insecure one of the same login, which a sibling domain can plant', () => {
    const store = storeWith();
    const { handle, pair } = start(store);
    for (const cookie of [`wechat-${handle}=x.y; ${pair}`, `${pair}; wechat-${handle}=x.y`]) {
      const { answer, set } = finish(store, handle, cookie);
      expect(answer).toStrictEqual([null, true, undefined]);
      expect(set).toEqual([expect.stringContaining(`__Host-wechat-${handle}=;`)]);
    }
  });
});

describe('the size of a cookie', () => {
  // With {"issued":…,"state":"…"} around it, 3003 bytes, which are 4004 letters of base64url.
  const state = 'x'.repeat(2968);

  it('is at most 4096 bytes, all that browsers store', () => {
    const { handle, pair } = start(storeWith({ name: 'a'.repeat(7) }), {}, { state });
    expect(pair).toHaveLength(4096);
    expect(finish(storeWith({ name: 'a'.repeat(7) }), handle, pair).answer[1]).toBe(true);
  });

  it('is refused at one byte more, and nothing is set', () => {
    const { req, set } = requestWith({});
    const answers: unknown[][] = [];
    storeWith({ name: 'a'.repeat(8) }).store(req, state, META, (...given) => answers.push(given));
    expect(answers).toEqual([
      [
        new TypeError(
          'The application data in state is too large: keep an id in it, since a cookie holds no more than 2 kB of it.',
        ),
      ],
    ]);
    expect(set()).toEqual([]);
  });
});

describe('the logins of one browser', () => {
  let made = 0;
  const named = (prefix = '__Host-wechat-'): string => prefix + (made++).toString(16).padStart(32, '0');

  /** The cookie of an earlier login: name and value, so many bytes long. */
  function earlier(content: unknown, bytes = 100): string {
    const pair = `${named()}=${Buffer.from(JSON.stringify(content)).toString('base64url')}.`;
    return pair.padEnd(bytes + '='.length, 's');
  }

  it('make room for the next one, the oldest first', () => {
    const cookies = [2, 1, 3].map((issued) => earlier({ issued }));
    const [middle, oldest, latest] = cookies.map(cookieName);
    const goneWith = (max: number): string[] =>
      start(storeWith({ max }), { cookie: cookies.join('; ') }).gone;
    expect(goneWith(4)).toEqual([]);
    expect(goneWith(3)).toEqual([oldest]);
    expect(goneWith(2)).toEqual([middle, oldest]);
    expect(goneWith(1)).toEqual([latest, middle, oldest]);
  });

  it('are at most eight by default', () => {
    const cookies = Array.from({ length: 8 }, (_, i) => earlier({ issued: i }));
    expect(start(storeWith(), { cookie: cookies.slice(1).join('; ') }).gone).toEqual([]);
    expect(start(storeWith(), { cookie: cookies.join('; ') }).gone).toEqual([cookieName(cookies[0] ?? '')]);
  });

  it('take at most 8192 bytes together', () => {
    const rest = 8192 - start(storeWith()).pair.length;
    const older = earlier({ issued: 1 }, 4000);
    const goneWith = (newer: string): string[] => start(storeWith(), { cookie: `${older}; ${newer}` }).gone;
    expect(goneWith(earlier({ issued: 2 }, rest - 4000))).toEqual([]);
    expect(goneWith(earlier({ issued: 2 }, rest - 3999))).toEqual([cookieName(older)]);
  });

  it.each<[string, string]>([
    ['not JSON', `${named()}=x.s`],
    ['null', earlier(null)],
    ['empty', `${named()}=`],
    ['without the time of issue', earlier({})],
    ['with a string as the time of issue', earlier({ issued: '9999999999999' })],
  ])('count as the oldest if unreadable: %s', (_what, unreadable) => {
    const readable = earlier({ issued: 1 });
    const store = storeWith({ max: 2 });
    for (const cookie of [`${unreadable}; ${readable}`, `${readable}; ${unreadable}`])
      expect(start(store, { cookie }).gone).toEqual([cookieName(unreadable)]);
  });

  it('are recognized by name: no other cookie is deleted', () => {
    const login = earlier({ issued: 1 });
    const others = ['theme', '__Host-wechat-theme', named('__Host-weixin-'), named('wechat-'), named('')];
    const cookie = [...others.map((name) => `${name}=x.y`), login].join('; ');
    expect(start(storeWith({ max: 1 }), { cookie }).gone).toEqual([cookieName(login)]);
  });
});

describe('warnings', () => {
  it.each<[number[], string[]]>([
    [[32], []],
    [[31], ['WECHAT_COOKIE_SECRET']],
    [[32, 31], ['WECHAT_COOKIE_SECRET']],
    [[33, 32], []],
  ])('are emitted for a secret under 32 characters: %p', async (lengths, codes) => {
    const secret = lengths.map((length) => 's'.repeat(length));
    const warnings = await collectWarnings(async () => {
      const fresh = await import('../../lib/state/cookie-store.js');
      void new fresh.CookieStateStore({ secret });
    });
    expect(warnings).toEqual(codes);
  });
});
