/* eslint jest/no-export: off, jest/expect-expect: off, jest/valid-title: off, jest/valid-describe-callback: off, jest/no-disabled-tests: off -- makes describe blocks, and holds no tests itself */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const SYSTEM = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const HOW =
  'no Chromium was found. Install one (Debian: apt install chromium fonts-noto-cjk; any system: npx playwright-core install chromium), or name it with CHROMIUM_PATH';

function findChromium(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH: there is no ${named}`);
    return named;
  }
  return [chromium.executablePath(), ...SYSTEM].find((path) => existsSync(path));
}

export const executablePath = findChromium();

/** A `describe` that needs a browser: skipped, with a reason, where there is none; a failure there under `CI=true`. */
export function describeBrowser(name: string, tests: () => void): void {
  if (executablePath !== undefined) {
    jest.setTimeout(30_000);
    describe(name, tests);
  } else if (process.env['CI'] === 'true') {
    test(name, () => {
      throw new Error(HOW);
    });
  } else {
    console.warn(`Skipped "${name}": ${HOW}.`);
    describe.skip(name, tests);
  }
}

/** Starts the browser; the caller closes it. */
export function launch(...args: string[]): Promise<Browser> {
  return chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  });
}
