import puppeteer, {
  type Browser,
  type BrowserContext,
  type ElementHandle,
  type Frame,
  type LaunchOptions,
  type Page,
} from 'puppeteer-core';
import type { Engine, Screen, Tab, Visitor, VisitorOptions } from './engine.js';
import { View } from './view.js';

const CHROMIUM: LaunchOptions = {
  browser: 'chrome',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--hide-scrollbars',
  ],
};

export async function launchChromium(executablePath: string, ...args: string[]): Promise<Engine> {
  return launch({ ...CHROMIUM, executablePath, args: [...(CHROMIUM.args ?? []), ...args] });
}

export async function launchFirefox(executablePath: string): Promise<Engine> {
  return launch({ browser: 'firefox', executablePath });
}

async function launch(options: LaunchOptions): Promise<Engine> {
  const browser = await puppeteer.launch({
    headless: true,
    acceptInsecureCerts: true,
    defaultViewport: { width: 1280, height: 800 },
    ...options,
  });
  return {
    visitor: (visitor = {}) => newVisitor(browser, visitor),
    close: () => browser.close(),
  };
}

async function newVisitor(browser: Browser, options: VisitorOptions): Promise<Visitor> {
  const context = await browser.createBrowserContext();
  const { language = 'en', userAgent, scripts = true } = options;
  return {
    async tab() {
      const page = await context.newPage();
      await page.setExtraHTTPHeaders({ 'Accept-Language': language });
      if (userAgent !== undefined) await page.setUserAgent({ userAgent });
      if (!scripts) await page.setJavaScriptEnabled(false);
      return new PuppeteerTab(page);
    },
    clearCookies: () => clearCookies(context),
    close: () => context.close(),
  };
}

async function clearCookies(context: BrowserContext): Promise<void> {
  await context.deleteCookie(...(await context.cookies()));
}

class PuppeteerView extends View {
  readonly #document: () => Promise<Frame>;

  constructor(document: () => Promise<Frame>) {
    super();
    this.#document = document;
  }

  async evaluate<T>(expression: string): Promise<T> {
    const frame = await this.#document();
    return (await frame.evaluate(expression)) as T;
  }

  frame(selector: string): View {
    return new PuppeteerView(async () => {
      const outer = await this.#document();
      const frame = await (await outer.$(selector))?.contentFrame();
      if (!frame) throw new Error(`there is no frame ${selector}`);
      return frame;
    });
  }

  protected async clickOn(expression: string): Promise<void> {
    const frame = await this.#document();
    const handle = await frame.evaluateHandle(expression);
    await (handle as ElementHandle).click();
  }
}

class PuppeteerTab extends PuppeteerView implements Tab {
  readonly page: Page;

  constructor(page: Page) {
    super(() => Promise.resolve(page.mainFrame()));
    this.page = page;
  }

  async goto(url: string): Promise<void> {
    // Not its load event: a frame may be slow.
    await this.page.goto(url, { waitUntil: 'domcontentloaded' });
  }

  async reload(): Promise<void> {
    await this.page.reload({ waitUntil: 'domcontentloaded' });
  }

  async press(key: 'Tab' | 'Enter' | 'ArrowDown'): Promise<void> {
    await this.page.keyboard.press(key);
  }

  async resize({ width, height, zoom = 1, density = 1, dark }: Screen): Promise<void> {
    await this.page.setViewport({
      width: Math.round(width / zoom),
      height: Math.round(height / zoom),
      deviceScaleFactor: density * zoom,
    });
    if (dark === undefined) return;
    await this.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
  }

  async picture(): Promise<Buffer> {
    return Buffer.from(await this.page.screenshot());
  }
}
