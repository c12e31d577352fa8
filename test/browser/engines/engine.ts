import { patiently, type View } from './view.js';

export interface VisitorOptions {
  /** What the browser asks pages for, for example `zh-CN`; `en` by default. WebKit can be had in English only. */
  language?: string;
  userAgent?: string;
  /** Whether pages may run scripts; by default they may. Only Chromium can keep them from it. */
  scripts?: boolean;
}

/** What a page is shown on. Only Chromium has them all: WebKit has no window narrower than 447 pixels. */
export interface Screen {
  width: number;
  height: number;
  /** 2 for a page that is enlarged to 200 %. */
  zoom?: number;
  /** Physical pixels for each of the page's. */
  density?: number;
  dark?: boolean;
}

/** One of the browser's tabs. */
export interface Tab extends View {
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  press(key: 'Tab' | 'Enter' | 'ArrowDown'): Promise<void>;
  resize(screen: Screen): Promise<void>;
  /** A picture of what is on the screen, as PNG. */
  picture(): Promise<Buffer>;
}

/** A browser with cookies of its own, as on a device of its own. */
export interface Visitor {
  tab(): Promise<Tab>;
  /** Forgets the cookies of the site that the tab is at. */
  clearCookies(): Promise<void>;
  close(): Promise<void>;
}

export interface Engine {
  visitor(options?: VisitorOptions): Promise<Visitor>;
  close(): Promise<void>;
}

/** Waits until the tab is at this URL. */
export async function arrive(tab: Tab, url: string | RegExp): Promise<void> {
  let seen = '';
  try {
    await patiently('', async () => {
      seen = await tab.url();
      const there = typeof url === 'string' ? seen === url : url.test(seen);
      // A document that is still being loaded may be the one before.
      return there && (await tab.evaluate('document.readyState !== "loading"')) ? true : undefined;
    });
  } catch (error) {
    throw new Error(`expected to arrive at ${String(url)}, is at ${seen}`, { cause: error });
  }
}
