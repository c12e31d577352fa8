import { authorizationUrl, examined, redirect, startSite } from '../support/doctor-runs.js';
import type { Finding } from 'wechat-login-doctor';

/** Findings about this machine, of an app that leads to WeChat. */
async function ofNetwork(date?: string): Promise<Finding[]> {
  const site = await startSite((_req, res) => {
    if (date !== undefined) res.setHeader('Date', date);
    redirect(res, authorizationUrl('https://shop.example.com/callback'));
  });
  const findings = await examined(`${site.origin}/login`, { network: true, wechat: false, patience: 1000 });
  await site.close();
  return findings.filter(({ id }) => id.startsWith('network.'));
}

// Where there is no network, as in many pipelines, that is no fault of the app's.
it('says what it can of DNS and connection, within its time, and calls nothing a fault', async () => {
  const findings = await ofNetwork();
  expect(findings.map(({ id }) => id)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^network\.dns(-failed)?$/),
      expect.stringMatching(/^network\.(connect|connect-failed|slow)$/),
    ]),
  );
  expect(findings.filter(({ level }) => level === 'fault')).toEqual([]);
  const names = findings.find(({ id }) => id.startsWith('network.dns'))?.seen;
  expect(names).toMatch(/^api\.weixin\.qq\.com A \d+, AAAA \d+; api2\.weixin\.qq\.com A/);
});

it('names the variable of a proxy, and not its password', async () => {
  process.env['HTTPS_PROXY'] = 'http://user:pa55word@proxy.example.com:3128';
  try {
    const findings = await ofNetwork();
    expect(findings.find(({ id }) => id === 'network.proxy')).toMatchObject({
      level: 'warning',
      seen: 'HTTPS_PROXY',
    });
    expect(JSON.stringify(findings)).not.toContain('pa55word');
  } finally {
    delete process.env['HTTPS_PROXY'];
  }
});

it.each([
  [new Date().toUTCString(), 'network.clock'],
  ['Wed, 01 Jan 2020 00:00:00 GMT', 'network.clock-off'],
])('compares the clock with %s', async (date, id) => {
  expect((await ofNetwork(date)).map((finding) => finding.id)).toContain(id);
});
