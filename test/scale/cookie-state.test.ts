import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { compileFolder, stop } from '../hosts/processes.js';
import { approve, beginLogin, browser, type Browser } from '../support/login.js';
import type { Setup } from '../hosts/servers/serve.js';
import { startEmulator, websiteOptions } from '../support/emulator.js';
import { roundRobin, type RoundRobin } from '../support/round-robin.js';

// Several processes with a CookieStateStore each, which have one secret in common, and nothing else.
const people = Array.from({ length: 100 }, (_, index) => `person${index}`);

const { wechat, origin: emulator } = startEmulator({
  users: people.map((name) => ({ name, nickname: name, headimgurl: '', unionKey: name })),
});
const { path: servers, remove } = compileFolder('servers', 'express');
let processes: ChildProcess[];
let origins: string[];
let site: RoundRobin;

afterAll(remove);
beforeEach(async () => {
  processes = Array.from({ length: 3 }, () => fork(join(servers, 'express.js'), { silent: true }));
  origins = await Promise.all(processes.map(start));
  site = await roundRobin(origins);
});
afterEach(async () => {
  site.close();
  await Promise.all(processes.map(stop));
});

async function start(child: ChildProcess): Promise<string> {
  const options = { ...websiteOptions(emulator()), callbackURL: '/auth/wechat/callback' };
  child.send({ options, trustProxy: false, prefix: '', session: false } satisfies Setup);
  const [port] = await once(child, 'message');
  return `http://localhost:${port}`;
}

/** Begins a login, which the user approves. Returns the callback's path and query. */
async function callbackFor(visitor: Browser, person: string): Promise<string> {
  return approve(wechat, await beginLogin(visitor), person);
}

async function logIn(person: string): Promise<string> {
  const visitor = browser(site.origin);
  const { body } = await visitor.get(await callbackFor(visitor, person)).expect(200);
  return body.id;
}

it('a login that began on one process finishes on another', async () => {
  const [first = '', second = ''] = origins;
  const begun = await browser(first).get('/auth/wechat').expect(302);
  const back = await approve(wechat, new URL(begun.headers['location'] ?? ''));
  const cookie = [begun.headers['set-cookie'] ?? []].flat().map((text) => text.split(';')[0] ?? '');
  expect((await browser(second).get(back)).status).toBe(403);
  expect((await browser(second).get(back).set('Cookie', cookie)).status).toBe(200);
});

it('hundreds of logins at once across processes all end with their own user', async () => {
  const ids = await Promise.all([...people, ...people].map(logIn));
  expect(ids.slice(0, people.length)).toEqual(ids.slice(people.length));
  expect(new Set(ids).size).toBe(people.length);
});

it('a killed process loses only the requests that it was handling', async () => {
  let killed = false;
  const outcomes = await Promise.all(
    people.map(async (person) => {
      const visitor = browser(site.origin);
      const page = await visitor.get('/auth/wechat');
      if (page.status !== 302) return { person, status: page.status };
      const back = await approve(wechat, new URL(page.headers['location'] ?? ''), person);
      // All users are in the middle of a login.
      if (!killed) processes[0]?.kill('SIGKILL');
      killed = true;
      return { person, status: (await visitor.get(back)).status };
    }),
  );
  const losers = outcomes.filter(({ status }) => status !== 200);
  expect(losers.map(({ status }) => status)).toEqual(losers.map(() => 502));
  expect(losers).toHaveLength(site.lost());
  expect(losers.length).toBeLessThan(people.length);
  // They only have to begin again.
  for (const { person } of losers) expect(await logIn(person)).toMatch(/^o/);
});
