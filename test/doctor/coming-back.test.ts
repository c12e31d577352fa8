import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExamineOptions, Finding } from 'wechat-login-doctor';
import {
  authorizationUrl,
  examined,
  problems,
  redirect,
  startSite,
  type Site,
} from '../support/doctor-runs.js';

type Answer = (query: URLSearchParams, res: ServerResponse, site: Site, req: IncomingMessage) => void;

/** An app that begins a login as it should, and answers this when the browser comes back. */
async function cameBack(
  answer: Answer,
  options: ExamineOptions = {},
): Promise<{ findings: Finding[]; site: Site }> {
  const site = await startSite((req, res) => {
    if (req.path !== '/login') return answer(req.query, res, site, req);
    const url = authorizationUrl(`${site.origin}/callback`);
    const state = new URL(url).searchParams.get('state') ?? '';
    redirect(res, url, [`login=${state}; Path=/; HttpOnly; SameSite=Lax`]);
  });
  try {
    const findings = await examined(`${site.origin}/login`, { wechat: false, patience: 2000, ...options });
    return { findings, site };
  } finally {
    await site.close();
  }
}

const page = (res: ServerResponse, status: number, text: string): void => {
  res.writeHead(status, { 'Content-Type': 'text/html' }).end(`<p>${text}</p>`);
};
const comingBack = (findings: Finding[]): string[] =>
  problems(findings).filter((problem) => /coming-back|state\./.test(problem));

/** What a right app says: it compares state with its cookie, and lets WeChat refuse a made-up code. */
const right: Answer = (query, res, _site, req) => {
  const own = /login=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1];
  if (query.getAll('code').length > 1) return page(res, 400, 'This link is broken.');
  if (own === undefined || query.get('state') !== own) return page(res, 403, 'This login began elsewhere.');
  page(res, 401, query.has('code') ? 'Please try again.' : 'You have cancelled.');
};

it('finds nothing wrong with an app that refuses each as it should', async () => {
  const { findings } = await cameBack(right);
  expect(comingBack(findings)).toEqual([]);
  expect(findings.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['state.checked', 'coming-back.refusal.ok']),
  );
});

it('comes back with what it says, each in a browser of its own, and never twice', async () => {
  const seen: string[][] = [];
  const { site } = await cameBack((query, res, own, req) => {
    const cookie = /login=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1];
    const state = query.get('state');
    seen.push([...query.keys()].concat(state === null ? [] : [state === cookie ? 'own' : 'others']));
    right(query, res, own, req);
  });
  expect(seen).toEqual([
    ['code', 'state', 'own'],
    ['code'],
    ['code', 'state', 'others'],
    ['state', 'own'],
    ['code', 'code', 'state', 'own'],
  ]);
  expect(site.requests).toHaveLength(2 + 5 * 2);
});

it.each<[string, Answer]>([
  ['fault coming-back.made-up-code.server-error', (_query, res) => page(res, 500, 'oops')],
  ['fault coming-back.refusal.back-to-wechat', (_query, res) => redirect(res, authorizationUrl('https://shop.example.com/callback'))], // prettier-ignore
  ['warning coming-back.no-state.back-to-wechat', (_query, res) => redirect(res, authorizationUrl('https://shop.example.com/callback'))], // prettier-ignore
  ['fault coming-back.made-up-code.loop', (_query, res, { origin }) => redirect(res, `${origin}/again`)],
  ['fault coming-back.made-up-code.silent', () => undefined],
  ['fault coming-back.made-up-code.broken', (_query, res) => void res.destroy()],
  ['fault coming-back.made-up-code.broken', (_query, res) => void res.writeHead(200, { 'Content-Length': 100 }).write('half', () => res.destroy())], // prettier-ignore
  [
    'warning coming-back.made-up-code.stack',
    (_query, res) => page(res, 401, 'Error: no\n at f (/app/server.js:10:5)'),
  ],
  [
    'warning coming-back.made-up-code.stack',
    (_query, res) => page(res, 401, 'Traceback (most recent call last):'),
  ],
  [
    'fault coming-back.made-up-code.secret',
    (_query, res) => page(res, 401, 'secret=0123456789abcdef0123456789abcdef'),
  ],
  ['unknown state.perhaps-not-checked', (query, res) => page(res, 401, `no ${query.size}`)],
])('finds %s', async (problem, answer) => {
  const { findings } = await cameBack(answer);
  expect(problems(findings)).toContain(problem);
  expect(JSON.stringify(findings)).not.toContain('0123456789abcdef0123456789abcdef');
});

it('says of a server error where to look', async () => {
  const { findings } = await cameBack((_query, res) => page(res, 500, 'oops'));
  const finding = findings.find(({ id }) => id === 'coming-back.made-up-code.server-error');
  expect(finding?.cure).toMatch(/40125.*40164/);
});

it('shows no code and no state of its own', async () => {
  const values: string[] = [];
  const { findings } = await cameBack((query, res) => {
    values.push(...query.values());
    page(res, 500, [...query.values()].join(' '));
  });
  const text = JSON.stringify(findings);
  expect(values.length).toBeGreaterThan(8);
  expect(values.filter((value) => text.includes(value))).toEqual([]);
});

it('does not come back to a site that it was not given', async () => {
  const foreign = await startSite((_req, res) => page(res, 200, 'here'));
  const site = await startSite((_req, res) => {
    redirect(res, authorizationUrl(`${foreign.origin.replace('127.0.0.1', 'localhost')}/callback`));
  });
  const findings = await examined(`${site.origin}/login`, { wechat: false });
  await Promise.all([site.close(), foreign.close()]);
  expect(foreign.requests).toEqual([]);
  expect(comingBack(findings)).toContain('unknown coming-back.refusal.begin');
});

it('does not go on to a site that it was not given', async () => {
  const foreign = await startSite((_req, res) => page(res, 200, 'here'));
  const { findings } = await cameBack((_query, res) =>
    redirect(res, foreign.origin.replace('127.0.0.1', 'localhost')),
  );
  await foreign.close();
  expect(foreign.requests).toEqual([]);
  expect(comingBack(findings)).toEqual(['unknown state.perhaps-not-checked']);
});

it('finds that somebody is logged in, if a page is named that shows who', async () => {
  const enter: Answer = (query, res, _site, req) => {
    const isIn = /session=in/.test(req.headers.cookie ?? '');
    const name = isIn ? '"somebody"' : 'null';
    if (query.size === 0)
      return void res.writeHead(200, { 'Content-Type': 'application/json' }).end(`{"user":${name}}`);
    // Takes any code for a good one.
    res.setHeader('Set-Cookie', query.has('code') ? 'session=in; Path=/' : []);
    page(res, 200, 'hello');
  };
  const site = await startSite((req, res) => {
    if (req.path === '/login') return redirect(res, authorizationUrl(`${site.origin}/callback`));
    enter(req.query, res, site, req);
  });
  const findings = await examined(`${site.origin}/login`, { wechat: false, who: `${site.origin}/who` });
  await site.close();
  const loggedIn = ['made-up-code', 'no-state', 'others-state', 'repeated'].map(
    (how) => `fault coming-back.${how}.logged-in`,
  );
  expect(comingBack(findings)).toEqual(expect.arrayContaining(loggedIn));
  expect(comingBack(findings)).not.toContain('fault coming-back.refusal.logged-in');
});
