import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Eta } from 'eta';
import { PAGE_ERRORS } from '../wechat/page-errors.js';
import { texts } from './texts.js';
import type { LoginTrace } from '../records/login-traces.js';
import type { Platform } from '../options/apps-and-users.js';
import type { Fix } from '../wechat/fix.js';

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

export interface ErrorView {
  lang: Lang;
  /** WeChat's own wording. */
  text: string;
  code?: number;
  fix: Fix;
}

export interface ConfirmView {
  lang: Lang;
  uuid: string;
  appName: string;
  users: readonly PageUser[];
  step: 'choose' | 'approved' | 'cancelled' | 'expired';
  /** Sent back with the form as `token`. */
  token?: string;
}

export interface ConsentView {
  lang: Lang;
  appName: string;
  users: readonly PageUser[];
  snapshot: boolean;
  /** Where the form is posted. */
  action: string;
  /** Hidden inputs of the form. */
  fields: Record<string, string>;
}

/** An app as the start page lists it; the secret only where it is one of the built-in test secrets. */
export interface StartApp {
  appid: string;
  name: string;
  platform: Platform;
  domains?: readonly string[];
  secret?: string;
}

export interface StartView {
  lang: Lang;
  /** Where the emulator answers, for example `http://127.0.0.1:4810`. */
  origin: string;
  apps: readonly StartApp[];
  users: readonly PageUser[];
  /** The last logins, newest first. */
  logins: readonly LoginTrace[];
}

const root = path.join(__dirname, '..', '..');
const eta = new Eta({ views: path.join(root, 'views'), autoEscape: true, cache: true });

/** The two forms of `href` that WeChat documents for the embedded QR code. */
const STYLE_SHEET = /^(https:\/\/|data:text\/css;base64,)/i;

function render(template: string, view: { lang: Lang }): string {
  return eta.render(`./${template}`, {
    t: texts[view.lang],
    htmlLang: view.lang === 'zh' ? 'zh-CN' : 'en',
    ...view,
  });
}

/** JSON that may stand inside a `<script>` element: no `<` can end the element or open a comment. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** The QR code of `/connect/qrconnect`, which polls until somebody answers on a phone. */
export function renderQrPage(view: QrView): string {
  const { uuid, redirectUri, state, selfRedirect } = view;
  // WeChat's page ignores `href` under `stylelite`.
  const ownStyle = !view.stylelite && view.href !== undefined && STYLE_SHEET.test(view.href);
  const shown = {
    ...view,
    styleSheet: ownStyle ? view.href : undefined,
    data: scriptJson({ uuid, redirectUri, state, selfRedirect }),
  };
  return render('qr', shown);
}

/** The page that WeChat shows instead of going back to the app, with what to do about it. */
export function renderErrorPage(view: ErrorView): string {
  return render('error', view);
}

/** The phone's page behind the QR code: choose a test user, allow or cancel. */
export function renderConfirmPage(view: ConfirmView): string {
  return render('confirm', view);
}

/** The consent page of `/connect/oauth2/authorize`, inside WeChat. */
export function renderConsentPage(view: ConsentView): string {
  return render('consent', view);
}

/** Shown when `/connect/oauth2/authorize` is opened by a browser that is not WeChat's. */
export function renderOpenInWeChatPage(view: { lang: Lang }): string {
  const { fix } = PAGE_ERRORS.notInWeChat;
  return renderErrorPage({ lang: view.lang, text: texts[view.lang].openInWeChat, fix });
}

/** The emulator's own page at `/`: apps, users, the last logins, and how to point an app here. */
export function renderStartPage(view: StartView): string {
  return render('start', view);
}

let script: string | undefined;

/** The source of `wxLogin.js`, which finds its emulator by the address that it was loaded from. */
export function wxLoginScript(): string {
  return (script ??= readFileSync(path.join(root, 'public', 'wxLogin.js'), 'utf8'));
}
