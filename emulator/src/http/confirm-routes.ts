import { renderConfirmPage } from '../pages/render.js';
import type { ConfirmView } from '../pages/views.js';
import type { Answer } from '../wechat/answer.js';
import type { Backend } from '../backend.js';
import { reader } from '../wechat/params.js';
import { approveQr, cancelQr, scanQr } from '../wechat/open/qr-flow.js';
import type { QrLogin } from '../wechat/open/qr-logins.js';
import type { EmulatorRequest } from './emulator-request.js';
import { appName, pageUsers, unframed } from './page-answers.js';
import { handTo } from './phone-owner.js';

/** `GET /connect/confirm`: what the QR code leads the phone to. Opening it is scanning. */
export function confirmPage(backend: Backend, request: EmulatorRequest): Answer {
  const login = backend.qrLogins.get(request.query.get('uuid') ?? '');
  if (!login) return confirmAnswer(backend, request, undefined, 'expired');
  scanQr(backend, login);
  return confirmAnswer(backend, request, login, login.status === 'confirmed' ? 'approved' : 'choose');
}

/** `POST /connect/confirm`: the tap. */
export function confirm(backend: Backend, request: EmulatorRequest): Answer {
  const read = reader(request.form);
  const login = backend.qrLogins.get(read('uuid'));
  if (!login) return confirmAnswer(backend, request, undefined, 'expired');
  if (login.status === 'confirmed') return confirmAnswer(backend, request, login, 'approved');
  const user = backend.user(read('user')) ?? request.user;
  const decision = read('decision');
  scanQr(backend, login);
  if (decision === 'allow') approveQr(backend, login, user);
  else if (decision === 'cancel') cancelQr(backend, login);
  else return confirmAnswer(backend, request, login, 'choose');
  return handTo(
    user,
    confirmAnswer(backend, request, login, decision === 'allow' ? 'approved' : 'cancelled'),
  );
}

function confirmAnswer(
  backend: Backend,
  request: EmulatorRequest,
  login: QrLogin | undefined,
  step: ConfirmView['step'],
): Answer {
  return unframed(
    renderConfirmPage({
      lang: request.lang,
      uuid: login?.uuid ?? '',
      appName: login ? appName(request, login.app) : '',
      users: pageUsers(backend, request),
      step,
    }),
  );
}
