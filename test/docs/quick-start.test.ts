import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { startProgram, stop, untilPrinted } from '../hosts/processes.js';
import { browser, logIn } from '../support/login.js';
import { startEmulator } from '../support/emulator.js';
import { freePort } from '../support/ports.js';

const root = join(__dirname, '../..');
const EXAMPLE = 'docs/examples/quick-start.mjs';
const SETTINGS = 'docs/examples/quick-start.env';
const { wechat, origin } = startEmulator();

it.each(['README.md', 'README.zh-CN.md'])('%s shows the example as it is tested', (readme) => {
  const text = readFileSync(join(root, readme), 'utf8');
  for (const [file, language] of [
    [EXAMPLE, 'js'],
    [SETTINGS, 'sh'],
  ] as const) {
    const code = readFileSync(join(root, file), 'utf8');
    expect(text).toContain(`<!-- ${file} -->\n\n\`\`\`${language}\n${code}\`\`\`\n`);
  }
});

it('the example of the README logs a person in, with the settings beside it', async () => {
  const port = await freePort();
  const settings = parseEnv(readFileSync(join(root, SETTINGS), 'utf8')) as Record<string, string>;
  expect(settings['EMULATOR_URL']).toBe('http://127.0.0.1:4810'); // where the emulator listens by itself
  const program = startProgram(join(root, EXAMPLE), {
    ...settings,
    PORT: String(port),
    EMULATOR_URL: origin(),
  });
  try {
    await untilPrinted(program, `Open http://localhost:${port}`);
    const visitor = browser(`http://localhost:${port}`);
    const response = await logIn(wechat, visitor, '/auth/wechat');
    expect(response.headers['location']).toBe('/');
    expect((await visitor.get('/')).body).toEqual({ user: { id: expect.any(String), name: '阿梅🌸' } });
  } finally {
    await stop(program);
  }
});
