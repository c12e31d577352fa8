import { send } from '../request.js';

/** The emulator cannot be driven: it is not there, or not the one that is expected. */
export class EmulatorError extends Error {
  override name = 'EmulatorError';
}

/** A login as the emulator saw it; secrets are masked there. */
export interface LoginTrace {
  steps: { endpoint: string; answered: string; ok: boolean }[];
}

const PATIENCE = 10_000;

/** The HTTP control API of wechat-login-emulator: its phone, its faults, its clock. */
export class EmulatorControl {
  private readonly origin: URL;

  constructor(origin: URL) {
    this.origin = origin;
  }

  /** The user scans the QR code and taps "allow". */
  async approve(uuid: string, user: string): Promise<string> {
    return this.destination(await this.post('phone/approve', { uuid, user }));
  }

  async cancel(uuid: string): Promise<void> {
    await this.post('phone/cancel', { uuid });
  }

  /** The user opens the page in WeChat and taps "allow". */
  async open(url: URL, user: string): Promise<string> {
    // The emulator plays every host of WeChat's; it goes by the path.
    return this.destination(await this.post('phone/open', { url: url.href, user }));
  }

  async fault(endpoint: 'access_token' | 'userinfo', fault: Record<string, unknown>): Promise<void> {
    await this.post('faults', { endpoint, fault });
  }

  async advanceClock(ms: number): Promise<void> {
    await this.post('clock/advance', { ms });
  }

  async reset(): Promise<void> {
    await this.post('reset', {});
  }

  /** The newest first. */
  async logins(): Promise<LoginTrace[]> {
    const { body } = await send(new URL('/_emulator/logins', this.origin), {
      headers: {},
      patience: PATIENCE,
    });
    return JSON.parse(body) as LoginTrace[];
  }

  private destination(response: { url?: string }): string {
    if (response.url === undefined) throw new EmulatorError('the emulator did not return to the app');
    return response.url;
  }

  private async post(path: string, body: object): Promise<{ url?: string }> {
    const response = await send(new URL(`/_emulator/${path}`, this.origin), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      patience: PATIENCE,
    });
    const content = parse(response.body);
    if (response.status === 200 && content.error === undefined) return content;
    throw new EmulatorError(`${path}: ${content.error ?? `HTTP ${response.status}`}`);
  }
}

function parse(body: string): { url?: string; error?: string } {
  try {
    return JSON.parse(body) as { url?: string; error?: string };
  } catch {
    return { error: 'this is no wechat-login-emulator' };
  }
}
