import { renderConsentPage } from '../pages/render.js';
import { redirect, type Answer } from '../wechat/answer.js';
import type { Backend } from '../wechat/backend.js';
import type { Destination } from '../wechat/callback-address.js';
import { authorize, decide } from '../wechat/in-wechat-flow.js';
import { PAGE_ERRORS } from '../wechat/page-errors.js';
import { reader } from '../wechat/params.js';
import type { Call } from './call.js';
import { appName, doublePage, errorPage, pageUsers, unframed } from './page-answers.js';
import { handTo } from './phone-owner.js';

/** `GET /connect/oauth2/authorize`: an error page, the consent page, or straight back to the app. */
export function authorizePage(backend: Backend, call: Call): Answer {
  const { query, user, sent, lang } = call;
  const inWeChat = !backend.settings.requireUserAgent || /MicroMessenger/i.test(call.userAgent);
  const result = authorize(backend, query, { user, inWeChat, sent });
  if ('error' in result) return errorPage(call, result.error);
  if ('destination' in result) return leave(call, result.destination);
  const { ticket, request } = result;
  const users = pageUsers(backend, call);
  return unframed(
    renderConsentPage({
      lang,
      appName: appName(call, request.app),
      users,
      snapshot: request.snapshot,
      ticket,
    }),
  );
}

/** `POST /connect/oauth2/authorize`: the form of the consent page. */
export function consent(backend: Backend, call: Call): Answer {
  const read = reader(call.form);
  const decision = read('decision');
  if (decision !== 'allow' && decision !== 'cancel' && decision !== 'full') {
    return errorPage(call, PAGE_ERRORS.unknownTicket);
  }
  const request = backend.consents.take(read('ticket'));
  if (!request) return errorPage(call, PAGE_ERRORS.unknownTicket);
  const user = backend.user(read('user')) ?? call.user;
  const destination = decide(backend, request, user, decision);
  return handTo(user, destination ? leave(call, destination) : errorPage(call, PAGE_ERRORS.refused));
}

function leave(call: Call, destination: Destination): Answer {
  return destination.again === undefined ? redirect(destination.url) : doublePage(call, destination);
}
