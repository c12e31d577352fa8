import { renderConsentPage } from '../pages/render.js';
import { redirect, type Answer } from '../wechat/answer.js';
import type { Backend } from '../backend.js';
import type { Destination } from '../wechat/open/callback-address.js';
import { authorize, decide } from '../wechat/open/in-wechat-flow.js';
import { PAGE_ERRORS } from '../wechat/open/page-errors.js';
import { reader } from '../wechat/params.js';
import type { EmulatorRequest } from './emulator-request.js';
import { appName, doublePage, errorPage, pageUsers, unframed } from './page-answers.js';
import { handTo } from './phone-owner.js';

/** `GET /connect/oauth2/authorize`: an error page, the consent page, or straight back to the app. */
export function authorizePage(backend: Backend, request: EmulatorRequest): Answer {
  const { query, user, sent, lang } = request;
  const inWeChat = !backend.options.requireUserAgent || /MicroMessenger/i.test(request.userAgent);
  const result = authorize(backend, query, { user, inWeChat, sent });
  if ('error' in result) return errorPage(backend, request, result.error);
  if ('destination' in result) return leave(request, result.destination);
  const { ticket, consent } = result;
  const users = pageUsers(backend, request);
  return unframed(
    renderConsentPage({
      lang,
      appName: appName(request, consent.app),
      users,
      snapshot: consent.snapshot,
      ticket,
    }),
  );
}

/** `POST /connect/oauth2/authorize`: the form of the consent page. */
export function answerConsent(backend: Backend, request: EmulatorRequest): Answer {
  const read = reader(request.form);
  const decision = read('decision');
  if (decision !== 'allow' && decision !== 'cancel' && decision !== 'full') {
    return errorPage(backend, request, PAGE_ERRORS.unknownTicket);
  }
  const consent = backend.consents.take(read('ticket'));
  if (!consent) return errorPage(backend, request, PAGE_ERRORS.unknownTicket);
  const user = backend.user(read('user')) ?? request.user;
  const destination = decide(backend, consent, user, decision);
  return handTo(
    user,
    destination ? leave(request, destination) : errorPage(backend, request, PAGE_ERRORS.refused),
  );
}

function leave(request: EmulatorRequest, destination: Destination): Answer {
  return destination.again === undefined ? redirect(destination.url) : doublePage(request, destination);
}
