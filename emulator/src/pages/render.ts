import path from 'node:path';
import { Eta } from 'eta';
import { texts } from './texts.js';
import type { ConfirmView, ConsentView, DoubleView, ErrorView, Lang, QrView, StartView } from './views.js';

const eta = new Eta({ views: path.join(__dirname, '..', '..', 'views'), autoEscape: true, cache: true });

/** The two forms of `href` that WeChat documents for the embedded QR code. */
const STYLE_SHEET = /^(https:\/\/|data:text\/css;base64,)/i;

function render(template: string, lang: Lang, view: object): string {
  return eta.render(`./${template}`, {
    ...view,
    lang,
    htmlLang: lang === 'zh' ? 'zh-CN' : 'en',
    t: texts[lang],
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
  return render('qr', view.lang, shown);
}

/** The page that WeChat shows instead of going back to the app, with what to do about it. */
export function renderErrorPage(view: ErrorView): string {
  return render('error', view.lang, view);
}

/** The phone's page behind the QR code: choose a test user, allow or cancel. */
export function renderConfirmPage(view: ConfirmView): string {
  return render('confirm', view.lang, view);
}

/** The consent page of `/connect/oauth2/authorize`, inside WeChat. */
export function renderConsentPage(view: ConsentView): string {
  return render('consent', view.lang, view);
}

/**
 * Calls back twice, as WeChat's browsers were seen to do: once in the background, once as a page. Nearly at
 * the same time, as a browser that loads a URL twice would.
 */
export function renderDoublePage({ lang, url, again }: DoubleView): string {
  return render('double', lang, { data: scriptJson({ url, again }) });
}

/** The emulator's own page at `/`: apps, users, the last logins, and how to point an app here. */
export function renderStartPage(view: StartView): string {
  return render('start', view.lang, view);
}
