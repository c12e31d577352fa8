import { existsSync } from 'node:fs';
import type { Engine } from './engine.js';
import { launchChromium, launchFirefox } from './puppeteer.js';
import { launchWebKit } from './webkit.js';

export type EngineName = 'Chromium' | 'Firefox' | 'WebKit';

/** Where a browser is and how it starts; `launch` is absent where it is not installed. */
interface Installed {
  /** How to get it. */
  how: string;
  launch?: (...args: string[]) => Promise<Engine>;
}

const CHROMIUM = find('CHROMIUM_PATH', [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]);

const FIREFOX = find('FIREFOX_PATH', [
  '/usr/bin/firefox',
  '/usr/bin/firefox-esr',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
]);

const WEBKIT_DRIVER = find('WEBKIT_DRIVER_PATH', ['/usr/bin/WebKitWebDriver']);
const MINI_BROWSER = find(
  'MINI_BROWSER_PATH',
  ['x86_64', 'aarch64'].map((cpu) => `/usr/lib/${cpu}-linux-gnu/webkit2gtk-4.1/MiniBrowser`),
);
const XVFB = find('XVFB_PATH', ['/usr/bin/Xvfb']);

/** The path of Chromium, for tools that start it themselves. */
export const chromiumPath = CHROMIUM;

export const engines: Record<EngineName, Installed> = {
  Chromium: {
    how: 'on Debian, apt-get install chromium fonts-noto-cjk; elsewhere install it or Chrome, or say where it is with CHROMIUM_PATH',
    ...(CHROMIUM !== undefined && { launch: (...args: string[]) => launchChromium(CHROMIUM, ...args) }),
  },
  Firefox: {
    how: 'on Debian, apt-get install firefox-esr; elsewhere install it, or say where it is with FIREFOX_PATH',
    ...(FIREFOX !== undefined && { launch: () => launchFirefox(FIREFOX) }),
  },
  WebKit: {
    how: 'on Debian, apt-get install webkit2gtk-driver xvfb; there is none that can be driven for macOS or Windows',
    ...(WEBKIT_DRIVER !== undefined &&
      MINI_BROWSER !== undefined &&
      XVFB !== undefined && {
        launch: () => launchWebKit({ driver: WEBKIT_DRIVER, browser: MINI_BROWSER, display: XVFB }),
      }),
  },
};

function find(variable: string, usual: string[]): string | undefined {
  const named = process.env[variable];
  if (!named) return usual.find((path) => existsSync(path));
  if (!existsSync(named)) throw new Error(`${variable}: there is no ${named}`);
  return named;
}
