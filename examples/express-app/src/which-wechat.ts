import type { EmulatorApp } from 'wechat-login-emulator';
import type { Config, Credentials, WeChatApps } from './config.js';

/** The WeChat that this app talks to: the real one, or an emulator of it. */
export interface WeChat {
  apps: WeChatApps;
  /** Options for the strategies: where WeChat is, when it is not where it always is. */
  origins: { openOrigin?: string; apiOrigin?: string };
  /** Origin of WeChat's own pages: where people are sent, and the frame with the QR code. */
  frameOrigin: string;
  /** Origin of wxLogin.js, which shows the QR code in our own page. */
  scriptOrigin: string;
  /** Where people's pictures come from. */
  pictureOrigins: string[];
  isEmulator: boolean;
  close(): Promise<void>;
}

export async function findWeChat(config: Config): Promise<WeChat> {
  return config.apps && !config.emulatorUrl ? realWeChat(config.apps) : emulatedWeChat(config);
}

function realWeChat(apps: WeChatApps): WeChat {
  return {
    apps,
    origins: {},
    frameOrigin: 'https://open.weixin.qq.com',
    scriptOrigin: 'https://res.wx.qq.com',
    pictureOrigins: ['https://thirdwx.qlogo.cn', 'https://wx.qlogo.cn'],
    isEmulator: false,
    close: async () => {},
  };
}

async function emulatedWeChat(config: Config): Promise<WeChat> {
  // Loaded only when it is wanted: production does without the package.
  const { DEFAULT_APPS } = await import('wechat-login-emulator');
  const [website, officialAccount, mobileApp, miniProgram] = DEFAULT_APPS;
  const { origin, close } = config.emulatorUrl
    ? await runningEmulator(config.emulatorUrl)
    : await startEmulator(config.emulatorPort);
  return {
    apps: config.apps ?? {
      website: credentialsOf(website),
      officialAccount: credentialsOf(officialAccount),
      mobileApp: credentialsOf(mobileApp),
      miniProgram: credentialsOf(miniProgram),
    },
    origins: { openOrigin: origin, apiOrigin: origin },
    frameOrigin: origin,
    scriptOrigin: origin,
    pictureOrigins: [origin],
    isEmulator: true,
    close,
  };
}

function credentialsOf({ appid, secret }: EmulatorApp): Credentials {
  return { clientID: appid, clientSecret: secret };
}

/** An emulator, and how to leave it. */
type Emulator = Pick<WeChat, 'close'> & { origin: string };

async function startEmulator(port: number): Promise<Emulator> {
  const { createEmulator } = await import('wechat-login-emulator');
  const emulator = createEmulator();
  const { origin } = await emulator.listen({ port });
  return { origin, close: async () => emulator.close() };
}

/** Finds out now, rather than at the first login, that nobody is there, or somebody else. */
async function runningEmulator(origin: string): Promise<Emulator> {
  const reply = await fetch(`${origin}/_emulator/logins`, { signal: AbortSignal.timeout(5000) }).catch(
    () => undefined,
  );
  if (reply?.ok && Array.isArray(await reply.json().catch(() => undefined))) {
    return { origin, close: async () => {} };
  }
  throw new Error(
    `No emulator answers at EMULATOR_URL, ${origin}. Start one there (npx wechat-login-emulator), or unset EMULATOR_URL, and this app brings one along.`,
  );
}
