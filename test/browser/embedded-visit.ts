import { createEmulator, DEFAULT_APPS, type Emulator } from 'wechat-login-emulator';
import { selfSignedCertificate } from '../../emulator/src/tls.js';
import { until } from '../support/until.js';
import { embeddedApp, SITES, type EmbeddedApp, type EmbeddedAppOptions } from './embedded-app.js';
import type { Browsers } from './engines/describe-engines.js';
import type { Tab, Visitor } from './engines/engine.js';

/** One visitor's browser window, at one app. */
export interface Visit {
  app: EmbeddedApp;
  visitor: Visitor;
  page: Tab;
}

/** WeChat, an app and a browser, each on a site of its own, all over https, for a file of tests. */
export function embeddedVisits({ visitor: newVisitor }: Pick<Browsers, 'visitor'>): {
  wechat: Emulator;
  visit: (options: Omit<EmbeddedAppOptions, 'wechatPort' | 'tls'>) => Promise<Visit>;
  /** Waits until a page shows its code, and returns the uuid in it. */
  codeShown: () => Promise<string>;
  /** The phone scans the code that was shown last, and its owner answers. */
  answer: (answer?: 'approve' | 'cancel') => Promise<void>;
} {
  const [website] = DEFAULT_APPS;
  const wechat = createEmulator({
    apps: [{ ...website, domains: [`${SITES.app}:*`] }],
    // The older behaviour, which alone brings a refusal back to the app.
    denial: 'state-only',
  });
  let tls: EmbeddedAppOptions['tls'];
  let wechatPort: string;
  let apps: EmbeddedApp[] = [];

  beforeAll(async () => {
    tls = await selfSignedCertificate();
    wechatPort = new URL((await wechat.listen({ tls })).origin).port;
  });
  afterEach(async () => {
    await Promise.all(apps.map((app) => app.close()));
    apps = [];
    wechat.reset();
  });
  afterAll(() => wechat.close());

  // Nothing may look into the frame, so it is the server that tells when the code is shown.
  function codeShown(): Promise<string> {
    return until(() => {
      const picture = wechat.requests.findLast(({ endpoint }) => endpoint === 'qrcode');
      const polled = wechat.requests.some(({ endpoint }) => endpoint === 'poll');
      return polled ? picture?.path.split('/').at(-1) : undefined;
    });
  }

  return {
    wechat,
    async visit(options) {
      const app = await embeddedApp({ ...options, wechatPort, tls });
      apps.push(app);
      const visitor = await newVisitor();
      return { app, visitor, page: await visitor.tab() };
    },
    codeShown,
    async answer(answer = 'approve') {
      wechat.phone[answer](await codeShown());
    },
  };
}
