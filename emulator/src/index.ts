export { createEmulator } from './emulator.js';
export { DEFAULT_APPS, DEFAULT_COMPONENTS, DEFAULT_USERS } from './options/defaults.js';
export { selfSignedCertificate } from './tls.js';

export type { Destination } from './wechat/open/callback-address.js';
export type { ComponentControl } from './component.js';
export type { Clock } from './shared/clock.js';
export type { Emulator, ListenOptions } from './emulator.js';
export type {
  AnswerFault,
  DropFault,
  ErrcodeFault,
  Fault,
  HangFault,
  HtmlFault,
  ReplyFault,
} from './faults/fault.js';
export type { Faults } from './faults/fault-queue.js';
export type { Decision } from './wechat/open/in-wechat-flow.js';
export type { RecordedRequest } from './records/journal.js';
export type { EmulatorOptions } from './options/options.js';
export type { Phone } from './phone.js';
export type { Certificate } from './tls.js';
export type { LoginTrace, TraceStep } from './records/login-traces.js';
export type { EmulatorApp, EmulatorComponent, EmulatorUser, Platform } from './options/apps-and-users.js';
export type { Endpoint } from './shared/endpoints.js';
export type { Hint } from './shared/hint.js';
