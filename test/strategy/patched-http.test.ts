import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import path from 'node:path';

interface Report {
  endings: string[];
  headers: IncomingHttpHeaders[];
  urls?: string[];
  requests?: string[];
}

/** Six logins and two exchanges whose response is not usable: directly, then through an axios of the app's. */
async function callUnder(tool: string): Promise<Report> {
  const child = fork(path.join(__dirname, '../support/patched-http-app.cjs'), [tool], {
    env: { PATH: process.env['PATH'] },
  });
  const [[report]] = await Promise.all([once(child, 'message'), once(child, 'exit')]);
  return report as Report;
}

const LOGINS = Array<string[]>(3).fill(['o', 'n']).flat();
const UNUSABLE = expect.stringMatching(/^WeChatResponseError: .*HTTP status 502/);
const EACH_WAY = [...LOGINS, UNUSABLE];
const CALLS = 14;

describe('calls to WeChat, directly and through an axios,', () => {
  it('are traced by OpenTelemetry’s instrumentation, which adds its header to ours', async () => {
    const { endings, headers, urls = [] } = await callUnder('OpenTelemetry');
    expect(endings).toEqual([...EACH_WAY, ...EACH_WAY]);
    expect(urls).toHaveLength(CALLS);
    // As docs/security.md has it.
    expect(urls.filter((url) => /(secret|code|access_token)=(?!REDACTED)/.test(url))).toEqual([]);
    expect(headers).toHaveLength(CALLS);
    for (const sent of headers) {
      expect(sent).toMatchObject({ 'accept-encoding': 'identity', traceparent: expect.any(String) });
      // Headers that are given as a list would arrive under their numbers.
      expect(Object.keys(sent).filter((name) => /^\d/.test(name))).toEqual([]);
    }
  });

  it.each(['nock 13', 'nock 14', 'msw 2'])(
    'are answered by %s, whose sockets never connect, and a code goes to one host only',
    async (tool) => {
      const { endings, requests, headers } = await callUnder(tool);
      expect(endings).toEqual([...EACH_WAY, ...EACH_WAY]);
      expect(requests).toEqual(Array(CALLS).fill('api.weixin.qq.com'));
      expect(headers).toEqual([]);
    },
  );

  it('end under fake timers that are installed after the package was loaded', async () => {
    const { endings, headers } = await callUnder('fake timers');
    expect(endings).toEqual([...EACH_WAY, ...EACH_WAY]);
    expect(headers).toHaveLength(CALLS);
  });
});
