import { html, redirect, type Answer } from '../wechat/answer.js';
import type { Destination } from '../wechat/callback-address.js';
import { authorize, decide, type Authorization } from '../wechat/in-wechat-flow.js';
import { PAGE_ERRORS, type PageError } from '../wechat/page-errors.js';
import { renderConsentPage, renderOpenInWeChatPage } from '../pages/render.js';
import type { Backend } from '../wechat/backend.js';
import { ownerCookie, type Call } from './call.js';
import { doublePage, errorPage, pageUsers, unframed } from './page-answers.js';

const PATH = '/connect/oauth2/authorize';

/** `GET /connect/oauth2/authorize`: an error page, the consent page, or straight back to the app. */
export function authorizePage(backend: Backend, call: Call): Answer {
  const { query, user, sent } = call;
  const inWeChat = !backend.settings.requireUserAgent || /MicroMessenger/i.test(call.userAgent);
  const result = authorize(backend, query, { user, inWeChat, sent });
  if ('destination' in result) return leave(result.destination);
  if ('consent' in result) return consentPage(backend, call, result);
  if (result.error === PAGE_ERRORS.notInWeChat) return html(renderOpenInWeChatPage({ lang: call.lang }));
  return errorPage(call, result.error);
}

function consentPage(
  backend: Backend,
  call: Call,
  { consent }: Extract<Authorization, { consent: unknown }>,
): Answer {
  const { ticket, pending } = consent;
  return unframed(
    renderConsentPage({
      lang: call.lang,
      appName: pending.app.name,
      users: pageUsers(backend, call),
      snapshot: pending.snapshot,
      action: PATH,
      fields: { ticket },
    }),
  );
}

/** The form of the consent page. */
export function consent(backend: Backend, call: Call): Answer {
  const ticket = call.form.get('ticket') ?? '';
  const pending = backend.pending.get(ticket);
  const decision = call.form.get('decision');
  if (!pending || (decision !== 'allow' && decision !== 'cancel' && decision !== 'full')) {
    return errorPage(call, PAGE_ERRORS.unknownTicket);
  }
  backend.pending.delete(ticket);
  const user = backend.user(call.form.get('user') ?? '') ?? call.user;
  const destination = decide(backend, pending, user, decision);
  const answer = destination ? leave(destination) : errorPage(call, REFUSED);
  return { ...answer, headers: { ...answer.headers, 'Set-Cookie': ownerCookie(user) } };
}

function leave(destination: Destination): Answer {
  return destination.again === undefined ? redirect(destination.url) : doublePage(destination);
}

/** What WeChat shows after a refusal differs by phone (a blank page, or none); it goes nowhere. */
const REFUSED: PageError = {
  text: '你已拒绝授权',
  fix: {
    en: 'Nothing to fix: after a refusal WeChat does not return to the app, which only sees that nobody comes.',
    zh: '无需处理：用户拒绝后，微信不会跳回应用，应用只是等不到回调。',
  },
};
