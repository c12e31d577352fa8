import { WeChatAPIError, WeChatNetworkError } from '../../lib/errors.js';
import { errorObject, failure, outcomeOfError, outcomeOfVerify } from '../../lib/login/outcome.js';

const user = { id: 1 };

it.each([
  ['denied', 401],
  ['state', 403],
  ['request', 400],
  ['code', 401],
  ['blocked', 403],
  ['snapshot', 403],
  ['refused', 401],
] as const)('a failure for the reason %p has the status %i', (reason, status) => {
  expect(failure(reason, 'Why.')).toEqual({ action: 'fail', challenge: { message: 'Why.', reason }, status });
});

describe('an error of a call', () => {
  it.each([
    [40029, 'code', 401, 'WeChat does not accept this login any more. Please log in again.'],
    [40226, 'blocked', 403, 'WeChat does not let this account log in.'],
  ])('is a fail for the user: %i', (errcode, reason, status, message) => {
    const error = new WeChatAPIError('access_token', errcode, 'no');
    expect(outcomeOfError(error)).toEqual({
      action: 'fail',
      challenge: { message, reason, errcode },
      status,
    });
  });

  it.each([
    new WeChatAPIError('access_token', 40125, 'invalid appsecret'),
    new WeChatNetworkError('access_token', 'api.weixin.qq.com', 'ECONNRESET'),
    new Error('of the app'),
    undefined,
  ])('is an error for the developer: %s', (error) => {
    expect(outcomeOfError(error)).toEqual({ action: 'error', error });
  });
});

describe('the result of verify', () => {
  it.each([false, null, undefined] as const)('is a fail for %p', (nobody) => {
    expect(outcomeOfVerify({ user: nobody, info: { message: 'no' } }, { cart: 1 })).toEqual({
      action: 'fail',
      challenge: { message: 'no', state: { cart: 1 } },
      status: 401,
    });
    expect(outcomeOfVerify({ user: nobody, info: undefined }, undefined)).toEqual({
      action: 'fail',
      challenge: { message: 'The app did not accept this login.', reason: 'refused' },
      status: 401,
    });
  });

  it.each([
    [undefined, undefined, {}],
    [{ a: 1 }, undefined, { a: 1 }],
    ['a text', undefined, 'a text'],
    [undefined, { cart: 1 }, { state: { cart: 1 } }],
    [{ a: 1 }, { cart: 1 }, { a: 1, state: { cart: 1 } }],
    ['a text', { cart: 1 }, { message: 'a text', state: { cart: 1 } }],
  ])('is a success with the info %p and the state %p in one: %p', (info, state, together) => {
    expect(outcomeOfVerify({ user, info }, state)).toStrictEqual({ action: 'success', user, info: together });
  });
});

describe('an error of the app', () => {
  it.each([undefined, null, '', 0, 'route', 'router', 'a text'])(
    'becomes an Error if Express would not take it for one: %p',
    (error) => {
      expect(errorObject(error)).toBeInstanceOf(Error);
      expect((errorObject(error) as Error).message).toBe(`The WeChat login failed: ${String(error)}.`);
    },
  );

  it.each([{ status: 418 }, () => undefined])('stays what it is otherwise: %p', (error) => {
    expect(errorObject(error)).toBe(error);
  });
});
