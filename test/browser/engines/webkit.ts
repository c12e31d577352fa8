import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { freePort } from '../../support/ports.js';
import type { Engine, Screen, Tab, Visitor, VisitorOptions } from './engine.js';
import { patiently, View } from './view.js';

// Plain WebDriver, https://www.w3.org/TR/webdriver2/, to WebKitGTK's driver. It has one session for each process, and
// its window needs a display.

/** The key under which WebDriver keeps an element: https://www.w3.org/TR/webdriver2/#elements */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
const KEYS = { Tab: '\uE004', Enter: '\uE007', ArrowDown: '\uE015' };
const PAGE_WITHIN = 30_000;
const SESSION_WITHIN = 15_000;
/** A command that comes while one document replaces another is sometimes never answered. Asked again, it is. */
const ANSWER_WITHIN = 3_000;

interface Paths {
  driver: string;
  browser: string;
  /** Of Xvfb. */
  display: string;
}

export async function launchWebKit(paths: Paths): Promise<Engine> {
  const screen = spawn(
    paths.display,
    ['-displayfd', '3', '-screen', '0', '1400x1000x24', '-nolisten', 'tcp'],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    },
  );
  const [display] = (await once(screen.stdio[3] as Readable, 'data')) as [Buffer];
  return {
    visitor: (options = {}) => newVisitor(paths, `:${String(display).trim()}`, options),
    close: () => end(screen),
  };
}

async function newVisitor(paths: Paths, display: string, { userAgent }: VisitorOptions): Promise<Visitor> {
  const args = ['--automation', ...(userAgent === undefined ? [] : [`--user-agent=${userAgent}`])];
  const session = await startSession(paths, display, args).catch(
    // Now and then a session is never answered; another driver's is.
    () => startSession(paths, display, args),
  );
  let first: string | undefined = await session.send<string>('GET', '/window', undefined, PAGE_WITHIN);
  return {
    async tab() {
      const handle =
        first ??
        (await session.send<{ handle: string }>('POST', '/window/new', { type: 'tab' }, PAGE_WITHIN)).handle;
      first = undefined;
      return new WebKitTab(session, handle);
    },
    clearCookies: () => session.alone(() => session.send('DELETE', '/cookie')),
    close: () => session.end(),
  };
}

class Session {
  readonly #driver: ChildProcess;
  readonly #url: string;
  #queue: Promise<unknown> = Promise.resolve();
  /**
   * The window, by its handle, whose outermost document commands are for; undefined for a frame, and after an error.
   */
  turnedTo: string | undefined;

  constructor(driver: ChildProcess, url: string) {
    this.#driver = driver;
    this.#url = url;
  }

  send<T>(method: string, path: string, body?: object, within?: number): Promise<T> {
    return request<T>(method, this.#url + path, body, within);
  }

  /** One after the other: which window and frame a command is for is a state of the session. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work).catch((error: unknown) => {
      this.turnedTo = undefined;
      throw error;
    });
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async end(): Promise<void> {
    await this.send('DELETE', '').catch(() => undefined);
    await end(this.#driver);
  }
}

async function startSession(paths: Paths, display: string, args: string[]): Promise<Session> {
  const port = await freePort();
  const driver = spawn(paths.driver, [`--port=${port}`], {
    // Without a locale it asks pages for the language "C".
    env: { ...process.env, DISPLAY: display, LC_ALL: 'en_US.UTF-8' },
    stdio: 'ignore',
  });
  const origin = `http://127.0.0.1:${port}`;
  const capabilities = {
    alwaysMatch: {
      acceptInsecureCerts: true,
      'webkitgtk:browserOptions': { binary: paths.browser, args },
    },
  };
  try {
    await patiently('WebKitWebDriver does not answer', () => request('GET', `${origin}/status`));
    const { sessionId } = await request<{ sessionId: string }>(
      'POST',
      `${origin}/session`,
      { capabilities },
      SESSION_WITHIN,
    );
    return new Session(driver, `${origin}/session/${sessionId}`);
  } catch (error) {
    await end(driver);
    throw error;
  }
}

async function request<T>(method: string, url: string, body?: object, within = ANSWER_WITHIN): Promise<T> {
  const post = method === 'POST' && { body: JSON.stringify(body ?? {}) };
  const { pathname } = new URL(url);
  const response = await fetch(url, { method, ...post, signal: AbortSignal.timeout(within) }).catch(
    (cause: unknown) => {
      throw new Error(`${method} ${pathname}: no response within ${within} ms`, { cause });
    },
  );
  const { value } = (await response.json()) as { value: T & { error?: string; message?: string } };
  if (!response.ok) throw new Error(`${method} ${pathname}: ${value.error}: ${value.message}`);
  return value;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}

class WebKitView extends View {
  readonly #session: Session;
  readonly #handle: string;
  /** The frames from the window inwards. */
  readonly #frames: string[];

  constructor(session: Session, handle: string, frames: string[] = []) {
    super();
    this.#session = session;
    this.#handle = handle;
    this.#frames = frames;
  }

  evaluate<T>(expression: string): Promise<T> {
    return this.#session.alone(async () => {
      await this.#turnHere();
      return this.#run<T>(expression);
    });
  }

  frame(selector: string): View {
    return new WebKitView(this.#session, this.#handle, [...this.#frames, selector]);
  }

  protected clickOn(expression: string): Promise<void> {
    return this.#session.alone(async () => {
      const { error } = await patiently('there is nothing that can be clicked on', async () => {
        await this.#turnHere();
        const id = (await this.#run<Record<string, string> | null>(expression))?.[ELEMENT];
        return id === undefined ? undefined : this.#clickOnce(id);
      });
      if (error !== undefined) throw error;
    });
  }

  /** Undefined while the page still moves: then nothing has been clicked on. */
  async #clickOnce(id: string): Promise<{ error?: Error } | undefined> {
    try {
      await this.#session.send('POST', `/element/${id}/click`, {}, PAGE_WITHIN);
      return {};
    } catch (error) {
      const moves = /element click intercepted|stale element reference/.test(String(error));
      return moves ? undefined : { error: error as Error };
    }
  }

  /** A command for the window, while no other one is under way. */
  protected command<T>(method: string, path: string, body?: object): Promise<T> {
    return this.#session.alone(async () => {
      await patiently('the window does not answer', async () => {
        await this.#turnHere();
        return true;
      });
      return this.#session.send<T>(method, path, body, PAGE_WITHIN);
    });
  }

  /** Makes this document the one that commands are for. */
  async #turnHere(): Promise<void> {
    if (this.#frames.length === 0 && this.#session.turnedTo === this.#handle) return;
    this.#session.turnedTo = undefined;
    await this.#session.send('POST', '/window', { handle: this.#handle });
    await this.#session.send('POST', '/frame', { id: null });
    for (const selector of this.#frames) {
      const id = await this.#run(`document.querySelector(${JSON.stringify(selector)})`);
      await this.#session.send('POST', '/frame', { id });
    }
    if (this.#frames.length === 0) this.#session.turnedTo = this.#handle;
  }

  #run<T>(expression: string): Promise<T> {
    return this.#session.send('POST', '/execute/sync', { script: `return ${expression}`, args: [] });
  }
}

class WebKitTab extends WebKitView implements Tab {
  async goto(url: string): Promise<void> {
    await this.command('POST', '/url', { url });
  }

  async reload(): Promise<void> {
    await this.command('POST', '/refresh');
  }

  async press(key: keyof typeof KEYS): Promise<void> {
    const actions = ['keyDown', 'keyUp'].map((type) => ({ type, value: KEYS[key] }));
    await this.command('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  async resize({ width, height }: Screen): Promise<void> {
    await this.command('POST', '/window/rect', { x: 0, y: 0, width, height });
  }

  async picture(): Promise<Buffer> {
    return Buffer.from(await this.command<string>('GET', '/screenshot'), 'base64');
  }
}
