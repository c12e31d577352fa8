import { readResponse } from '../../lib/api/response.js';
import { WeChatAPIError, WeChatResponseError } from '../../lib/errors.js';

const SECRET = 'a'.repeat(32);

function decode(body: unknown, status = 200, secrets: string[] = []): ReturnType<typeof readResponse> {
  const isJSON = typeof body === 'object' && body !== null;
  return readResponse(
    'userinfo',
    { status, body: isJSON ? JSON.stringify(body) : body, encoding: undefined },
    secrets,
  );
}

function refusal(body: object, secrets: string[] = []): WeChatAPIError {
  try {
    decode(body, 200, secrets);
  } catch (error) {
    if (error instanceof WeChatAPIError) return error;
  }
  throw new Error('it was not refused');
}

describe('a successful response', () => {
  it('is an object without an errcode, or with the errcode 0', () => {
    expect(decode({ openid: 'o' })).toEqual({
      raw: '{"openid":"o"}',
      json: { openid: 'o' },
      errcode: undefined,
    });
    expect(decode({ errcode: 0, errmsg: 'ok' }).errcode).toBe(0);
    expect(decode({ errcode: '0' }).errcode).toBe(0);
    expect(refusal({ errcode: '40029', errmsg: 'no' }).errcode).toBe(40029);
    expect(refusal({ errcode: '-1', errmsg: 'no' }).errcode).toBe(-1);
    expect(decode({ errcode: null }).errcode).toBeUndefined();
  });

  it('has any 2xx status', () => {
    expect(decode({}, 200).json).toEqual({});
    expect(decode({}, 299).json).toEqual({});
    expect(() => decode({}, 199)).toThrow('HTTP status 199');
    expect(() => readResponse('auth', { status: undefined, body: '{}', encoding: undefined }, [])).toThrow(
      'HTTP status missing',
    );
    expect(() => decode({}, 300)).toThrow('HTTP status 300');
  });

  it('is decoded from bytes, a string, or what an axios of the app has parsed', () => {
    const text = '{"nickname":"阿梅🌸"}';
    const bytes = Buffer.from(text);
    const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    for (const body of [text, bytes, buffer, JSON.parse(text) as unknown]) {
      expect(readResponse('userinfo', { status: 200, body, encoding: undefined }, []).json).toEqual({
        nickname: '阿梅🌸',
      });
    }
  });

  it('may contain control characters and begin with a byte order mark', () => {
    expect(decode('\uFEFF{"nickname":"a\u0007\u0014\bb"}').json).toEqual({ nickname: 'ab' });
    expect(decode('{"nickname":"a\\nb"}').json).toEqual({ nickname: 'a\nb' });
    expect(decode('{"nickname":"a\u0007b\uFEFF"}').json).toEqual({ nickname: 'ab\uFEFF' });
  });

  it('contains no __proto__, however deep and however spelled', () => {
    const { json } = decode(
      '{"privilege":[{"__proto__":{"admin":true}}],"\\u005f_proto__":{"admin":true},"a":1}',
    );
    expect(Object.keys(json)).toEqual(['privilege', 'a']);
    expect(Object.getOwnPropertyNames((json['privilege'] as object[])[0])).toEqual([]);
    expect(Object.assign({}, json)).not.toHaveProperty('admin');
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
  });
});

describe('an unusable response', () => {
  it.each([
    ['', 'it is empty'],
    [undefined, 'it is empty'],
    [null, 'it is empty'],
    ['null', 'it is not a JSON object'],
    ['[]', 'it is not a JSON object'],
    ['"x"', 'it is not a JSON object'],
    ['<html>', 'it is not a JSON object'],
    ['{"errcode":"x"}', 'its errcode is not a number'],
    ['{"errcode":"1e3"}', 'its errcode is not a number'],
    ['{"errcode":" 1"}', 'its errcode is not a number'],
    ['{"errcode":""}', 'its errcode is not a number'],
    ['{"errcode":"1234567890"}', 'its errcode is not a number'],
    ['{"errcode":1.5}', 'its errcode is not a number'],
    ['{"errcode":false}', 'its errcode is not a number'],
  ])('is reported: %j: %s', (body, problem) => {
    expect(() => decode(body)).toThrow(new WeChatResponseError('userinfo', problem));
  });

  it('is reported with its HTTP status', () => {
    expect(() => decode('{}', 503)).toThrow(
      expect.objectContaining({ httpStatus: 503, status: 502 }) as Error,
    );
  });
});

describe('errmsg', () => {
  it.each([
    ['invalid code, rid: 6aac007a-6c02c771-26bf69c4', 'invalid code', '6aac007a-6c02c771-26bf69c4'],
    ['not in whitelist rid: 67ee3e5f-29ee6d51-62c390eb', 'not in whitelist', '67ee3e5f-29ee6d51-62c390eb'],
    ['invalid code, hints: [ req_id: OsIKda0848th19 ]', 'invalid code', undefined],
    ['not in whitelist hint: [KJZfAa0644e575]', 'not in whitelist', undefined],
    ['code been used', 'code been used', undefined],
    ['rid: 6aac007a-6c02c771-26bf69c4', '', '6aac007a-6c02c771-26bf69c4'],
    ['invalid code rid:6aac007a-6c02c771-26bf69c4', 'invalid code', '6aac007a-6c02c771-26bf69c4'],
    ['invalid code, hints:[ req_id: a ]', 'invalid code', undefined],
    ['invalid rid: x', 'invalid', undefined],
    ['the grid: is broken', 'the grid: is broken', undefined],
  ])('is split into message and rid: %s', (text, errmsg, rid) => {
    expect(refusal({ errcode: 40029, errmsg: text })).toMatchObject({ errmsg, rid });
  });

  it('is a string of at most 300 characters', () => {
    expect(refusal({ errcode: 1 }).errmsg).toBe('');
    expect(refusal({ errcode: 1, errmsg: { a: 1 } }).errmsg).toBe('');
    expect(refusal({ errcode: 1, errmsg: 'x'.repeat(5000) }).errmsg).toBe('x'.repeat(300));
    expect(refusal({ errcode: 1, errmsg: 'a\r\nSet-Cookie: b' }).errmsg).toBe('aSet-Cookie: b');
  });

  it('repeats nothing that was sent, not even the half that fits', () => {
    const { errmsg, message } = refusal({ errcode: 40125, errmsg: `bad ${SECRET} (${SECRET})` }, [
      '',
      SECRET,
    ]);
    expect(errmsg).toBe('bad *** (***)');
    expect(message).not.toContain(SECRET);
    expect(refusal({ errcode: 1, errmsg: 'x'.repeat(280) + SECRET }, [SECRET]).errmsg).not.toContain('aaa');
    const parted = `bad ${SECRET.slice(0, 16)}\u0001${SECRET.slice(16)}`;
    expect(refusal({ errcode: 1, errmsg: parted }, [SECRET]).errmsg).toBe('bad ***');
    // As read from a file.
    for (const echoed of [`${SECRET}\n`, SECRET, `${SECRET}%0A`]) {
      expect(refusal({ errcode: 1, errmsg: `bad ${echoed}` }, [`${SECRET}\n`]).errmsg).toMatch(/^bad \*{3}$/);
    }
    const pasted = ` ${SECRET}\n${'b'.repeat(16)}`;
    const { errmsg: blanks } = refusal({ errcode: 1, errmsg: `bad ${'A'.repeat(32)} ${'b'.repeat(16)}` }, [
      pasted,
    ]);
    expect(blanks).toBe('bad *** ***');
    const token = 'to+ken/=x';
    expect(refusal({ errcode: 1, errmsg: `in ?token=${encodeURIComponent(token)}` }, [token]).errmsg).toBe(
      'in ?token=***',
    );
    expect(refusal({ errcode: 1, errmsg: 'bad' }, ['half \ud800']).errmsg).toBe('bad');
  });
});
