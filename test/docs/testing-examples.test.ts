import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeChromium } from '../browser/engines/describe-engines.js';
import { chromiumPath } from '../browser/engines/installed.js';
import { startProgram, stop, untilPrinted } from '../hosts/processes.js';
import { startEmulator, website } from '../support/emulator.js';
import { freePort } from '../support/ports.js';

// docs/testing.md shows these; its jest example is run by jest itself.
const root = join(__dirname, '../..');
const examples = join(root, 'docs/examples/testing');
const reports = join(root, 'reports');
const run = promisify(execFile);
const { origin } = startEmulator();

it('node:test', async () => {
  const env = { PATH: process.env['PATH'], PORT: String(await freePort()) };
  const { stdout } = await run(process.execPath, ['--test', join(examples, 'login.test.mjs')], { env });
  expect(stdout).toMatch(/pass 1\n/);
});

it('curl', async () => {
  const port = String(await freePort());
  const program = startProgram(join(root, 'docs/examples/quick-start.mjs'), {
    PORT: port,
    EMULATOR_URL: origin(),
    WECHAT_APP_ID: website.appid,
    WECHAT_APP_SECRET: website.secret,
    SESSION_SECRET: 'test',
  });
  try {
    await untilPrinted(program, 'Open http');
    const env = { PATH: process.env['PATH'], APP_URL: `http://localhost:${port}`, EMULATOR_URL: origin() };
    const { stdout } = await run('sh', [join(examples, 'login.sh')], { env });
    expect(JSON.parse(stdout)).toMatchObject({ user: { name: '阿梅🌸' } });
  } finally {
    await stop(program);
  }
});

describeChromium('playwright', () => {
  it('logs in', async () => {
    // The example's own settings, with a browser that is there. Playwright leaves TypeScript in node_modules alone.
    mkdirSync(reports, { recursive: true });
    const folder = mkdtempSync(join(reports, 'playwright-'));
    const config = join(folder, 'playwright.config.ts');
    writeFileSync(
      config,
      `import example from ${JSON.stringify(join(examples, 'playwright.config.ts'))};
       export default {
         ...example,
         testDir: ${JSON.stringify(examples)},
         outputDir: ${JSON.stringify(join(folder, 'results'))},
         webServer: example.webServer.map((server) => ({ ...server, cwd: ${JSON.stringify(examples)} })),
         use: { ...example.use, launchOptions: { executablePath: ${JSON.stringify(chromiumPath)}, args: ['--no-sandbox'] } },
       };`,
    );
    try {
      // Without jest's own settings, with which Playwright refuses to run.
      const { PATH, HOME } = process.env;
      const env = { PATH, HOME, APP_PORT: String(await freePort()), EMULATOR_PORT: String(await freePort()) };
      const playwright = join(root, 'node_modules/@playwright/test/cli.js');
      const { stdout } = await run(process.execPath, [playwright, 'test', '--config', config], { env }).catch(
        (error: { stdout: string }) => error, // what failed is there
      );
      expect(stdout).toContain('2 passed');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
