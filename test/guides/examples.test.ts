import request from 'supertest';
import { miniProgram, mobileApp, startEmulator } from '../support/emulator.js';
import { approve, beginLogin, browser, logIn } from '../support/login.js';
import { examplePrograms } from '../support/example-programs.js';

// The examples of the guides, as they stand there. Those with pages are tested in a browser, under test/browser.
const { wechat, origin: emulator } = startEmulator();
const start = examplePrograms(emulator);

describe('native-app', () => {
  const open = (): Promise<string> =>
    start('native-app', {
      WECHAT_MOBILE_APP_ID: mobileApp.appid,
      WECHAT_MOBILE_APP_SECRET: mobileApp.secret,
    });

  it('exchanges the SDK’s code for a token of the app', async () => {
    const app = await open();
    const { code } = wechat.phone.sendAuth({ appid: mobileApp.appid, user: 'dawei' });
    const { body, headers } = await request(app).post('/auth/wechat/app').send({ code }).expect(200);
    expect(body.user).toEqual({ id: expect.any(String), name: '大伟 👨‍👩‍👧' });
    expect(headers).not.toHaveProperty('set-cookie');
    const me = await request(app).get('/me').set('Authorization', `Bearer ${body.token}`);
    expect(me.body).toEqual({ user: body.user });
    expect((await request(app).get('/me')).body).toEqual({ user: null });
  });

  it('responds 400 without a code, 401 to a bad one', async () => {
    const app = await open();
    await request(app).post('/auth/wechat/app').send({}).expect(400);
    await request(app).post('/auth/wechat/app').send({ code: 'x' }).expect(401);
  });
});

describe('mini-program', () => {
  const open = (): Promise<string> =>
    start('mini-program', {
      WECHAT_MINI_APP_ID: miniProgram.appid,
      WECHAT_MINI_APP_SECRET: miniProgram.secret,
    });

  it('logs in with the code of wx.login', async () => {
    const visitor = request.agent(await open());
    const { code } = wechat.phone.wxLogin({ appid: miniProgram.appid });
    const { body, text } = await visitor.post('/auth/wechat/mini').send({ code }).expect(200);
    expect(body).toEqual({ user: { id: expect.any(String) } });
    expect(text).not.toContain('session_key');
    expect((await visitor.get('/')).body).toEqual(body);
  });

  it('accepts no code that another site’s page can make a browser send', async () => {
    const app = await open();
    const { code } = wechat.phone.wxLogin({ appid: miniProgram.appid });
    // The three ways in which a page may send something to another site without being allowed to.
    for (const type of [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
    ]) {
      const reply = await request(app)
        .post(`/auth/wechat/mini?code=${code}`)
        .set('Content-Type', type)
        .send(`code=${code}`);
      expect([reply.status, reply.headers['set-cookie']]).toEqual([415, undefined]);
    }
    await request(app).get(`/auth/wechat/mini?code=${code}`).expect(404);
  });
});

describe('website-qr', () => {
  it('returns the user to the page that they came from', async () => {
    const app = await start('website-qr');
    const visitor = browser(app);
    const { headers } = await visitor.get('/cart').expect(302);
    const end = await logIn(wechat, visitor, headers['location'] ?? '');
    expect([end.status, end.headers['location']]).toEqual([302, '/cart']);
    expect((await visitor.get('/cart')).body).toEqual({ cart: [] });
  });

  it('redirects to no other site', async () => {
    const app = await start('website-qr');
    const tooLong = `/${'x'.repeat(3000)}`;
    for (const returnTo of ['https://evil.example', '//evil.example', '/\\evil.example', tooLong, '']) {
      const end = await logIn(wechat, browser(app), `/auth/wechat?returnTo=${encodeURIComponent(returnTo)}`);
      expect(end.headers['location']).toBe('/');
    }
  });

  it('reports why a login failed, unless the user is already logged in', async () => {
    const app = await start('website-qr');
    const failed = await browser(app).get('/auth/wechat/callback?code=x&state=y');
    expect([failed.status, failed.body.reason]).toEqual([403, 'state']);
    const visitor = browser(app);
    await logIn(wechat, visitor, '/auth/wechat');
    const again = await visitor.get('/auth/wechat/callback?code=x&state=y');
    expect([again.status, again.headers['location']]).toEqual([302, '/']);
  });
});

describe('without-passport', () => {
  it('logs in the browser that began, and no other', async () => {
    const app = await start('without-passport');
    const visitor = browser(app);
    const callback = await approve(wechat, await beginLogin(visitor), 'amei');
    const stranger = browser(app);
    await beginLogin(stranger);
    expect((await stranger.get(callback)).status).toBe(403);
    expect((await browser(app).get(callback)).status).toBe(403);
    const end = await visitor.get(callback);
    expect([end.status, end.headers['location']]).toEqual([302, '/']);
    expect((await visitor.get('/')).body).toEqual({ user: { id: expect.any(String), name: '阿梅🌸' } });
    expect((await visitor.get(callback)).status).toBe(403);
    expect((await stranger.get('/')).body).toEqual({ user: null });
  });

  it('believes no cookie that it has not signed, and responds to a refusal and to errors', async () => {
    const app = await start('without-passport');
    const content = Buffer.from(JSON.stringify(['{"id":"o1"}', Date.now() + 60_000])).toString('base64url');
    const forged = await request(app)
      .get('/')
      .set('Cookie', `user=${content}.${'A'.repeat(43)}`);
    expect(forged.body).toEqual({ user: null });

    const visitor = browser(app);
    const start1 = await beginLogin(visitor);
    expect(
      (await visitor.get(`/auth/wechat/callback?state=${start1.searchParams.get('state')}`)).status,
    ).toBe(401);
    const used = await approve(wechat, await beginLogin(visitor));
    wechat.faults.next('access_token', { errcode: 40163 });
    expect((await visitor.get(used)).status).toBe(401);
  });
});
