import { renderConfirmPage } from '../pages/render.js';
import type { ConfirmView } from '../pages/views.js';
import type { Answer } from '../wechat/answer.js';
import type { Backend } from '../wechat/backend.js';
import { reader } from '../wechat/params.js';
import { approveQr, cancelQr, scanQr } from '../wechat/qr-flow.js';
import type { QrLogin } from '../wechat/qr-logins.js';
import type { Call } from './call.js';
import { appName, pageUsers, unframed } from './page-answers.js';
import { handTo } from './phone-owner.js';

/** `GET /connect/confirm`: what the QR code leads the phone to. Opening it is scanning. */
export function confirmPage(backend: Backend, call: Call): Answer {
  const login = backend.qrLogins.get(call.query.get('uuid') ?? '');
  if (!login) return confirmAnswer(backend, call, undefined, 'expired');
  scanQr(backend, login);
  return confirmAnswer(backend, call, login, login.status === 'confirmed' ? 'approved' : 'choose');
}

/** `POST /connect/confirm`: the tap. */
export function confirm(backend: Backend, call: Call): Answer {
  const read = reader(call.form);
  const login = backend.qrLogins.get(read('uuid'));
  if (!login) return confirmAnswer(backend, call, undefined, 'expired');
  if (login.status === 'confirmed') return confirmAnswer(backend, call, login, 'approved');
  const user = backend.user(read('user')) ?? call.user;
  const decision = read('decision');
  scanQr(backend, login);
  if (decision === 'allow') approveQr(backend, login, user);
  else if (decision === 'cancel') cancelQr(backend, login);
  else return confirmAnswer(backend, call, login, 'choose');
  return handTo(user, confirmAnswer(backend, call, login, decision === 'allow' ? 'approved' : 'cancelled'));
}

function confirmAnswer(
  backend: Backend,
  call: Call,
  login: QrLogin | undefined,
  step: ConfirmView['step'],
): Answer {
  return unframed(
    renderConfirmPage({
      lang: call.lang,
      uuid: login?.uuid ?? '',
      appName: login ? appName(call, login.app) : '',
      users: pageUsers(backend, call),
      step,
    }),
  );
}
