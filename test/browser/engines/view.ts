/**
 * A document in a browser: of a tab, or of a frame in it. What looks for something waits until it is there.
 *
 * Browsers count a look into a frame by a driver as a user's gesture, which would allow that frame to move the window.
 * Where a test is about that, it looks into no frame before the login has ended.
 */
export abstract class View {
  /** The value of a JavaScript expression in the document. */
  abstract evaluate<T>(expression: string): Promise<T>;
  /** The document in the frame that the selector finds. */
  abstract frame(selector: string): View;
  /** Clicks as a person does, on the element that an expression finds. */
  protected abstract clickOn(expression: string): Promise<void>;

  /** Waits for a visible element, and returns its text. */
  text(selector = 'body'): Promise<string> {
    return this.#look(selector, 'element.innerText.trim()');
  }

  /** Waits for a visible element. */
  async see(selector: string): Promise<void> {
    await this.#look(selector, 'true');
  }

  attribute(selector: string, name: string): Promise<string | null> {
    return this.#look(selector, `element.getAttribute(${JSON.stringify(name)})`);
  }

  async click(selector: string): Promise<void> {
    await this.see(selector);
    await this.clickOn(find(selector));
  }

  /** Whether a visible element is there now. */
  shows(selector: string): Promise<boolean> {
    return this.evaluate(`Boolean(${find(selector)})`);
  }

  async unsee(selector: string): Promise<void> {
    await patiently(`${selector} is still there`, async () =>
      (await this.shows(selector)) ? undefined : true,
    );
  }

  /** Waits until an expression is true in the document. */
  async waitFor(expression: string): Promise<void> {
    await patiently(`${expression} is not true`, async () =>
      (await this.evaluate(`Boolean(${expression})`)) ? true : undefined,
    );
  }

  /** As the document itself says it: a driver does not hear of each step back and forth. */
  url(): Promise<string> {
    return this.evaluate('location.href');
  }

  /** Begins to go back. What a driver's own command for it waits for does not come in every browser. */
  async back(): Promise<void> {
    await this.evaluate('void setTimeout(() => history.back())');
  }

  async #look<T>(selector: string, expression: string): Promise<T> {
    const look = `((element) => element ? { value: ${expression} } : null)(${find(selector)})`;
    try {
      const ask = async () => (await this.evaluate<{ value: T } | null>(look)) ?? undefined;
      return (await patiently('not found', ask)).value;
    } catch (cause) {
      const page = await this.evaluate('`${location.href}: ${document.body.innerText}`').catch(() => '');
      throw new Error(`there is no ${selector} on ${String(page)}`, { cause });
    }
  }
}

/** A selector is CSS, or `text=` and the whole text of a link, button or heading; only what is visible is found. */
function find(selector: string): string {
  const text = selector.startsWith('text=') ? selector.slice('text='.length) : undefined;
  const css = text === undefined ? selector : 'a, button, summary, label, h1, h2, h3, h4, p, li, strong';
  const matches = text === undefined ? 'true' : `element.innerText.trim() === ${JSON.stringify(text)}`;
  return `[...document.querySelectorAll(${JSON.stringify(css)})].find((element) => element.checkVisibility() && ${matches})`;
}

const PATIENCE = 60_000;

/** Asks until there is an answer. A page that is just being left answers with an error, which is no answer. */
export async function patiently<T>(complaint: string, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + PATIENCE;
  let cause: unknown;
  for (let pause = 10; Date.now() < end; pause = Math.min(2 * pause, 200)) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  throw new Error(complaint, { cause });
}
