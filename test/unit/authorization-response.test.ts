import {
  readAuthorizationResponse,
  readPostedCode,
  type AuthorizationResponse,
} from '../../lib/login/authorization-response.js';

const read = (query: unknown): AuthorizationResponse => readAuthorizationResponse({ query } as never);
const posted = (body: unknown, query: object = {}): AuthorizationResponse =>
  readPostedCode({ body, query, headers: {} } as never);

describe('an authorization response', () => {
  it.each<[string, unknown, AuthorizationResponse['kind']]>([
    ['nothing', {}, 'none'],
    ['another parameter', { error: 'access_denied' }, 'none'],
    ['a code and a state', { code: 'C', state: 'S' }, 'code'],
    ['a code without a state', { code: 'C' }, 'code'],
    ['a state only', { state: 'S' }, 'denied'],
    ['a state and an empty code', { code: '', state: 'S' }, 'denied'],
    ['authdeny, which old clients send', { code: 'authdeny', state: 'S' }, 'denied'],
    ['authdeny without a state', { code: 'authdeny' }, 'denied'],
    ['an empty code only', { code: '' }, 'malformed'],
    ['two codes', { code: ['C', 'D'], state: 'S' }, 'malformed'],
    ['two states', { code: 'C', state: ['S', 'T'] }, 'malformed'],
    ['two states and no code', { state: ['S', 'T'] }, 'malformed'],
    ['an object for a code', { code: { a: 'C' }, state: 'S' }, 'malformed'],
    ['a code of 512 characters', { code: 'x'.repeat(512), state: 'S' }, 'code'],
    ['a code of 513 characters', { code: 'x'.repeat(513), state: 'S' }, 'malformed'],
    ['a lone surrogate', { code: 'x\ud800y', state: 'S' }, 'malformed'],
    ['a surrogate pair', { code: 'x🌸', state: 'S' }, 'code'],
  ])('is classified by its parameters: %s', (_name, query, kind) => {
    expect(read(query).kind).toBe(kind);
  });

  it('passes code and state on unchanged', () => {
    expect(read({ code: 'C', state: 'S' })).toEqual({ kind: 'code', code: 'C', state: 'S' });
  });

  it('is described without its values if malformed', () => {
    const messages = [{ code: ['SECRET'] }, { code: 'SECRET'.repeat(99) }, { state: ['SECRET'] }].map(
      (query) => {
        const callback = read(query);
        return callback.kind === 'malformed' ? callback.message : '';
      },
    );
    expect(messages).toEqual([
      'The request is not a response of WeChat: the code must be a string, given once.',
      'The request is not a response of WeChat: the code is too long.',
      'The request is not a response of WeChat: state must be given once.',
    ]);
  });

  it.each<[string | undefined, object]>([
    ['/cb?code=C&state=S', { kind: 'code', code: 'C', state: 'S' }],
    ['/cb?code=a%20b&state=S?x', { kind: 'code', code: 'a b', state: 'S?x' }],
    ['/cb?code=C&code=D&state=S', { kind: 'malformed' }],
    ['//evil.example/cb?state=S', { kind: 'denied' }],
    ['https://evil.example/cb?state=S', { kind: 'denied' }],
    ['/cb', { kind: 'none' }],
    ['/cb?', { kind: 'none' }],
    [undefined, { kind: 'none' }],
  ])('is parsed from req.url if there is no req.query: %s', (url, callback) => {
    expect(readAuthorizationResponse({ url } as never)).toMatchObject(callback);
  });
});

describe('a posted code', () => {
  it.each<[string, unknown, object, AuthorizationResponse['kind']]>([
    ['a code in the body', { code: 'C' }, {}, 'code'],
    ['a code in the query', undefined, { code: 'C' }, 'code'],
    ['a code in both', { code: 'C' }, { code: 'C' }, 'malformed'],
    ['no code', { name: 'x' }, {}, 'malformed'],
    ['no body', undefined, {}, 'malformed'],
    ['null', null, {}, 'malformed'],
    ['a string', 'code', {}, 'malformed'],
    ['an empty code', { code: '' }, {}, 'malformed'],
    ['a number', { code: 7 }, {}, 'malformed'],
    ['an array', { code: ['C'] }, {}, 'malformed'],
    ['a lone surrogate', { code: '\udc00' }, {}, 'malformed'],
    ['a refusal', { code: 'authdeny' }, {}, 'denied'],
  ])('is classified by body and query: %s', (_name, body, query, kind) => {
    expect(posted(body, query).kind).toBe(kind);
  });
});
