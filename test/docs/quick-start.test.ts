import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logIn, visitorOf } from '../hosts/login.js';
import { freePort, startProgram, stop, untilPrinted } from '../hosts/processes.js';
import { startEmulator, website } from '../strategy/support.js';

const root = join(__dirname, '../..');
const EXAMPLE = 'docs/examples/quick-start.mjs';
const { wechat, origin } = startEmulator();

it.each(['README.md', 'README.zh-CN.md'])('%s shows the example as it is tested', (readme) => {
  const code = readFileSync(join(root, EXAMPLE), 'utf8');
  expect(readFileSync(join(root, readme), 'utf8')).toContain(
    `<!-- ${EXAMPLE} -->\n\n\`\`\`js\n${code}\`\`\`\n`,
  );
});

it('the example of the README logs a person in', async () => {
  const port = await freePort();
  const program = startProgram(join(root, EXAMPLE), {
    PORT: String(port),
    WECHAT_ORIGIN: origin(),
    WECHAT_APP_ID: website.appid,
    WECHAT_APP_SECRET: website.secret,
    SESSION_SECRET: 'test',
  });
  try {
    await untilPrinted(program, `Open http://localhost:${port}`);
    const visitor = visitorOf(`http://localhost:${port}`);
    const response = await logIn(wechat, visitor, '/auth/wechat');
    expect(response.headers['location']).toBe('/');
    expect((await visitor.get('/')).body).toEqual({ user: { id: expect.any(String), name: '阿梅🌸' } });
  } finally {
    await stop(program);
  }
});
