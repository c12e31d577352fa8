import { ERRCODES, describeErrcode, type WeChatErrorKind } from '../../lib/api/error-codes.js';
import { WeChatAPIError } from '../../lib/errors.js';
import { outcomeOfError } from '../../lib/login/outcome.js';

// The errcodes that WeChat's login endpoints are documented or known to return, by kind.
const KINDS: Record<Exclude<WeChatErrorKind, 'unknown'>, number[]> = {
  code: [40029, 40163, 41008, 42003],
  blocked: [40226, 50001, 50002],
  token: [40001, 40003, 40014, 40030, 42001, 42002, 42007],
  config: [
    40002, 40013, 40035, 40097, 40125, 40164, 40242, 40243, 41001, 41002, 41003, 41004, 41005, 41006, 41007,
    41009, 41018, 41021, 43001, 43002, 43003, 48001, 48004, 48017, 50004, 50007, 61003, 61007, 61011, 61024,
  ],
  quota: [45009, 45011],
  busy: [-1],
};

const ALL = Object.entries(KINDS).flatMap(([kind, list]) => list.map((errcode) => [errcode, kind] as const));

it.each(ALL)('errcode %i is of the kind %s, with a hint in both languages', (errcode, kind) => {
  const meaning = describeErrcode(errcode, 'userinfo');
  expect(meaning.kind).toBe(kind);
  expect(meaning.hint.en).toMatch(/^[A-Z].*\.$/);
  expect(meaning.hint.zh).toMatch(/^.*\p{Script=Han}.*。$/u);
});

it('the table of errcodes has these and no others', () => {
  expect([...ERRCODES.keys()].sort()).toEqual(ALL.map(([errcode]) => errcode).sort());
});

it('any other errcode is of the kind unknown, with a hint on how to look it up', () => {
  const { kind, hint } = describeErrcode(12345, 'userinfo');
  expect(kind).toBe('unknown');
  expect(hint.en).toMatch(/^Look the errcode up/);
  expect(hint.zh).toMatch(/errcode/);
});

it.each(ALL)('errcode %i (%s) ends in fail for the user, or in error for the developer', (errcode, kind) => {
  const error = new WeChatAPIError('access_token', errcode, '');
  const reason = kind === 'code' || kind === 'blocked' ? kind : undefined;
  expect(outcomeOfError(error)).toMatchObject(
    reason
      ? { action: 'fail', status: reason === 'code' ? 401 : 403, challenge: { reason } }
      : { action: 'error', error },
  );
});
