import type { Platform } from '../options/apps-and-users.js';
import type { LoginTrace } from '../records/login-traces.js';
import type { PageError } from '../wechat/open/page-errors.js';

/** Language of a page that the emulator shows to a person. */
export type Lang = 'zh' | 'en';

/** A test user as the pages show it. */
export interface PageUser {
  /** Name by which scripts and forms choose the user. */
  name: string;
  nickname: string;
  headimgurl: string;
}

export interface QrView {
  lang: Lang;
  appName: string;
  uuid: string;
  redirectUri: string;
  state: string;
  selfRedirect: 'true' | 'false' | 'default';
  /** Text colour of the embedded panel. */
  style: 'black' | 'white';
  stylelite: boolean;
  /** The app's own style sheet: an https URL, or `data:text/css;base64,…`. Anything else is ignored. */
  href?: string;
  /** Whether the small panel is shown: the request carried `self_redirect`, `style` or `href`. */
  embedded: boolean;
  /** Where the code's picture leads: the phone's page. */
  confirmUrl: string;
}

export interface ErrorView extends Omit<PageError, 'textEn'> {
  lang: Lang;
  /** What WeChat's Chinese words mean. */
  meaning?: string;
  /** In a frame, where little room is: the colour of the text that the app has asked for. */
  embedded?: 'black' | 'white';
}

export interface ConfirmView {
  lang: Lang;
  uuid: string;
  appName: string;
  users: readonly PageUser[];
  step: 'choose' | 'approved' | 'cancelled' | 'expired';
}

export interface ConsentView {
  lang: Lang;
  appName: string;
  users: readonly PageUser[];
  snapshot: boolean;
  /** Which request the form answers. */
  ticket: string;
}

/** Two callbacks, one after the other, under `doubleCallback`. */
export interface DoubleView {
  lang: Lang;
  url: string;
  again: string;
}

/** An app as the start page lists it; the secret only if it is one of the built-in test secrets. */
interface StartApp {
  appid: string;
  name: string;
  platform: Platform | 'component';
  domains: readonly string[];
  secret?: string;
}

/** A test user with the ids that each app sees. */
interface StartUser extends PageUser {
  identities: readonly { appName: string; openid: string; unionid?: string }[];
}

export interface StartView {
  lang: Lang;
  /** Where the emulator answers, for example `http://127.0.0.1:4810`. */
  origin: string;
  apps: readonly StartApp[];
  users: readonly StartUser[];
  /** The last logins, newest first. */
  logins: readonly LoginTrace[];
}
