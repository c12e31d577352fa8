import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createEmulator, DEFAULT_APPS, type Emulator } from 'wechat-login-emulator';
import { selfSignedCertificate } from '../../emulator/src/tls.js';
import { until } from '../support/until.js';
import { launch } from './chromium.js';
import { embeddedApp, SISTER, SITES, type EmbeddedApp, type EmbeddedAppOptions } from './embedded-app.js';

/** One visitor's browser window, at one app. */
export interface Visit {
  app: EmbeddedApp;
  context: BrowserContext;
  page: Page;
  /** What the browser refused, as its console says it. */
  refused: string[];
}

/** WeChat, an app and a browser, each on a site of its own, all over https, for a file of tests. */
export function embeddedVisits(): {
  wechat: Emulator;
  visit: (options: Omit<EmbeddedAppOptions, 'wechatPort' | 'tls'>) => Promise<Visit>;
  /** The phone scans the code that was shown last, and its owner answers. */
  answer: (answer?: 'approve' | 'cancel') => Promise<string>;
} {
  const [website] = DEFAULT_APPS;
  const wechat = createEmulator({
    apps: [{ ...website, domains: [`${SITES.app}:*`] }],
    // The older behaviour, which alone brings a refusal back to the app.
    denial: 'state-only',
    pollHold: 1000,
  });
  let tls: EmbeddedAppOptions['tls'];
  let wechatPort: string;
  let browser: Browser;
  let visits: Visit[] = [];

  beforeAll(async () => {
    tls = await selfSignedCertificate();
    wechatPort = new URL((await wechat.listen({ tls })).origin).port;
    browser = await launch(
      `--host-resolver-rules=${[...Object.values(SITES), SISTER]
        .map((host) => `MAP ${host} 127.0.0.1`)
        .join(',')}`,
    );
  });
  afterEach(async () => {
    for (const { app, context } of visits) {
      await context.close();
      await app.close();
    }
    visits = [];
    wechat.reset();
  });
  afterAll(async () => {
    await browser.close();
    await wechat.close();
  });

  return {
    wechat,
    async visit(options) {
      const app = await embeddedApp({ ...options, wechatPort, tls });
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      const refused: string[] = [];
      page.on('console', (message) => {
        if (message.text().startsWith('Unsafe attempt to initiate navigation')) refused.push(message.text());
      });
      const visited = { app, context, page, refused };
      visits.push(visited);
      return visited;
    },
    async answer(answer = 'approve') {
      // Playwright's looks into a frame count as a user's gestures, which would allow the frame to move the window: so
      // it is the server that tells when the code is shown.
      const uuid = await until(() => {
        const picture = wechat.requests.findLast(({ endpoint }) => endpoint === 'qrcode');
        const polled = wechat.requests.some(({ endpoint }) => endpoint === 'poll');
        return polled ? picture?.path.split('/').at(-1) : undefined;
      });
      if (answer === 'cancel') wechat.phone.cancel(uuid);
      return answer === 'approve' ? wechat.phone.approve(uuid).url : '';
    },
  };
}
