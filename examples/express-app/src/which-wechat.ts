import type { Config, WeChatApps } from './config.js';

/** The WeChat that this app talks to: the real one, or an emulator of it. */
export interface WeChat {
  apps: WeChatApps;
  /** Options for the strategies: where WeChat is, when it is not where it always is. */
  origins: { openOrigin?: string; apiOrigin?: string };
  /** Origin of the page with the QR code, which may be shown in a frame. */
  frameOrigin: string;
  /** Origin of wxLogin.js, which shows the QR code in our own page. */
  scriptOrigin: string;
  /** Where people's pictures come from. */
  pictureOrigins: string[];
  isEmulator: boolean;
  close(): Promise<void>;
}

export async function findWeChat(config: Config): Promise<WeChat> {
  return config.apps && !config.emulatorUrl ? realWeChat(config.apps) : emulator(config);
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

/** Starts an emulator beside this app, unless EMULATOR_URL names one that runs already. */
async function emulator(config: Config): Promise<WeChat> {
  // Loaded only when it is wanted: production does without the package.
  const { createEmulator, DEFAULT_APPS } = await import('wechat-login-emulator');
  const own = createEmulator();
  const origin = config.emulatorUrl
    ? await emulatorAt(config.emulatorUrl)
    : (await own.listen({ port: config.emulatorPort })).origin;
  const builtIn = (platform: string) => {
    const { appid, secret } = DEFAULT_APPS.find((app) => app.platform === platform)!;
    return { clientID: appid, clientSecret: secret };
  };
  return {
    apps: config.apps ?? {
      website: builtIn('website'),
      officialAccount: builtIn('officialAccount'),
      mobileApp: builtIn('mobileApp'),
      miniProgram: builtIn('miniProgram'),
    },
    origins: { openOrigin: origin, apiOrigin: origin },
    frameOrigin: origin,
    scriptOrigin: origin,
    pictureOrigins: [origin],
    isEmulator: true,
    close: async () => own.close(),
  };
}

/** Finds out now, rather than at the first login, that nobody is there, or somebody else. */
async function emulatorAt(url: string): Promise<string> {
  const reply = await fetch(`${url}/_emulator/logins`, { signal: AbortSignal.timeout(5000) }).catch(
    () => undefined,
  );
  if (reply?.ok && Array.isArray(await reply.json().catch(() => undefined))) return url;
  throw new Error(
    `No emulator answers at EMULATOR_URL, ${url}. Start one there (npx wechat-login-emulator), or unset EMULATOR_URL, and this app brings one along.`,
  );
}
