import type { EmulatorApp, EmulatorComponent, EmulatorUser } from './apps-and-users.js';

/** Where a developer's own server listens. WeChat itself refuses ports and localhost. */
const LOOPBACK = ['localhost:*', '127.0.0.1:*', '[::1]:*'];

/**
 * The apps of an emulator that is given none: one per platform, all bound to one open platform account. Their
 * credentials are made up and mean nothing to WeChat.
 *
 * @example const [website, officialAccount, mobileApp, miniProgram] = DEFAULT_APPS;
 */
export const DEFAULT_APPS: readonly [
  website: EmulatorApp,
  officialAccount: EmulatorApp,
  mobileApp: EmulatorApp,
  miniProgram: EmulatorApp,
] = [
  {
    appid: 'wx1000000000000001',
    secret: '10000000000000000000000000000001',
    platform: 'website',
    name: '示例网站',
    nameEn: 'Example site',
    domains: LOOPBACK,
    openPlatform: 'demo',
  },
  {
    appid: 'wx2000000000000002',
    secret: '20000000000000000000000000000002',
    platform: 'officialAccount',
    name: '示例服务号',
    nameEn: 'Example service account',
    domains: LOOPBACK,
    openPlatform: 'demo',
    components: ['wx5000000000000005'],
  },
  {
    appid: 'wx3000000000000003',
    secret: '30000000000000000000000000000003',
    platform: 'mobileApp',
    name: '示例移动应用',
    nameEn: 'Example mobile app',
    openPlatform: 'demo',
  },
  {
    appid: 'wx4000000000000004',
    secret: '40000000000000000000000000000004',
    platform: 'miniProgram',
    name: '示例小程序',
    nameEn: 'Example mini program',
    openPlatform: 'demo',
    components: ['wx5000000000000005'],
  },
];

/**
 * The third-party platform of an emulator that is given none; the built-in official account and mini program
 * have authorized it.
 */
export const DEFAULT_COMPONENTS: readonly [component: EmulatorComponent] = [
  {
    appid: 'wx5000000000000005',
    secret: '50000000000000000000000000000005',
    name: '示例第三方平台',
    nameEn: 'Example third-party platform',
    domains: LOOPBACK,
  },
];

/**
 * The users of an emulator that is given none. The phone belongs to the first one until another is chosen.
 */
export const DEFAULT_USERS: readonly EmulatorUser[] = [
  { name: 'amei', nickname: '阿梅🌸', unionKey: 'amei' },
  { name: 'dawei', nickname: '大伟 👨‍👩‍👧', unionKey: 'dawei' },
  { name: 'no-picture', nickname: '没有头像', headimgurl: '', unionKey: 'no-picture' },
  { name: 'no-nickname', nickname: '', unionKey: 'no-nickname' },
  { name: 'markup', nickname: '<b>"O\'Brien" & Söhne</b>', unionKey: 'markup' },
];
