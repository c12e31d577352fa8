/* eslint jest/no-export: off, jest/expect-expect: off, jest/valid-title: off, jest/valid-describe-callback: off, jest/no-disabled-tests: off -- makes describe blocks, and holds no tests itself */
import type { Engine, Visitor, VisitorOptions } from './engine.js';
import { engines, type EngineName } from './installed.js';

/** Browsers for the tests of one `describe`. */
export interface Browsers {
  name: EngineName;
  /** A browser with cookies of its own; closed when the test has ended. */
  visitor(options?: VisitorOptions): Promise<Visitor>;
}

/**
 * The engines that tests run in: Chromium in `npm test`, the others in `npm run test:browsers`, which sets ENGINES.
 * `ENGINES=Chromium,Firefox,WebKit npx jest test/browser` has them all.
 */
const CHOSEN = (process.env['ENGINES'] ?? 'Chromium').split(',') as EngineName[];

/** A `describe` for each engine: skipped, with a reason, where it is not installed; a failure there under `CI=true`. */
export function describeEngines(title: string, tests: (browsers: Browsers) => void): void {
  for (const name of CHOSEN) describeEngine(name, title, tests);
}

/** The same for what can be asked of Chromium only: pictures of a fixed size, dark mode, a page without scripts. */
export function describeChromium(
  title: string,
  tests: (browsers: Browsers) => void,
  ...args: string[]
): void {
  if (CHOSEN.includes('Chromium')) describeEngine('Chromium', title, tests, args);
}

function describeEngine(
  name: EngineName,
  title: string,
  tests: (browsers: Browsers) => void,
  args: string[] = [],
): void {
  const { launch, how } = engines[name];
  const inEngine = `${title}, in ${name}`;
  if (launch !== undefined) {
    describe(inEngine, () => {
      tests(startedBrowsers(name, () => launch(...args)));
    });
  } else if (process.env['CI'] === 'true') {
    test(inEngine, () => {
      throw new Error(`${name} was not found: ${how}`);
    });
  } else {
    console.warn(`Skipped "${inEngine}": ${name} was not found; ${how}.`);
    describe.skip(inEngine, () => {
      tests({ name, visitor: () => Promise.reject(new Error(how)) });
    });
  }
}

function startedBrowsers(name: EngineName, launch: () => Promise<Engine>): Browsers {
  let engine: Engine;
  let visitors: Visitor[] = [];
  beforeAll(async () => {
    engine = await launch();
  });
  afterEach(async () => {
    await Promise.all(visitors.map((visitor) => visitor.close()));
    visitors = [];
  });
  afterAll(() => engine.close());
  return {
    name,
    async visitor(options) {
      const visitor = await engine.visitor(options);
      visitors.push(visitor);
      return visitor;
    },
  };
}
