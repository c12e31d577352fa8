import type { Emulator } from 'wechat-login-emulator';
import { logIn, type Browser } from '../support/login.js';

/** Logs a person in to an example that has a session: it greets that person, and nobody else. */
export async function expectGreeting(wechat: Emulator, visitor: () => Browser): Promise<void> {
  const person = visitor();
  const response = await logIn(wechat, person, '/auth/wechat');
  expect(response.status).toBe(302);
  expect(response.headers['location']).toBe('/');
  expect((await person.get('/')).body).toEqual({ user: { id: expect.any(String), name: '阿梅🌸' } });
  expect((await visitor().get('/')).body).toEqual({ user: null });
}

/** Logs a person in to an example without a session: it gives a token, and leaves no cookie. */
export async function expectToken(wechat: Emulator, visitor: () => Browser): Promise<void> {
  const { status, body, headers } = await logIn(wechat, visitor(), '/auth/wechat');
  expect(status).toBe(200);
  // The one cookie of the login itself is taken away again.
  expect(headers['set-cookie']).toEqual([expect.stringContaining('; Max-Age=0;')]);
  const me = await visitor().get('/').set('Authorization', `Bearer ${body.token}`);
  expect(me.body).toEqual({ user: { id: expect.any(String), name: '阿梅🌸' } });
  expect((await visitor().get('/')).body).toEqual({ user: null });
}
