const SAY_AFTER = 10_000;

/** Shows on a terminal what is being waited for; elsewhere it speaks only when that takes long. */
export class Progress {
  private readonly stream: NodeJS.WriteStream;
  private last = Date.now();
  private step = '';
  private readonly timer: NodeJS.Timeout;

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream;
    this.timer = setInterval(() => {
      this.tell();
    }, 1000);
    this.timer.unref();
  }

  /** The doctor goes on to this. */
  readonly at = (step: string): void => {
    this.step = step;
    this.last = Date.now();
    if (this.stream.isTTY) this.write(`… ${step}`);
  };

  /** Makes room for a line of the report. */
  clear(): void {
    if (this.stream.isTTY) this.write('');
  }

  end(): void {
    clearInterval(this.timer);
    this.clear();
  }

  private tell(): void {
    const waited = Date.now() - this.last;
    const seconds = Math.round(waited / 1000);
    if (this.stream.isTTY) this.write(`… ${this.step} (${seconds} s)`);
    else if (waited >= SAY_AFTER && seconds % 10 === 0) this.stream.write(`… ${this.step} (${seconds} s)\n`);
  }

  private write(text: string): void {
    this.stream.write(`\r\u001b[2K${text.slice(0, (this.stream.columns || 80) - 1)}`);
  }
}
