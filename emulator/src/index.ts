export { createEmulator } from './emulator.js';
export { DEFAULT_APPS, DEFAULT_USERS } from './options/defaults.js';
export { selfSignedCertificate } from './tls.js';

export type { Destination } from './wechat/callback-address.js';
export type { Clock } from './wechat/clock.js';
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
export type { Decision } from './wechat/in-wechat-flow.js';
export type { RecordedRequest } from './records/journal.js';
export type { EmulatorOptions } from './options/options.js';
export type { Phone } from './phone.js';
export type { Certificate } from './tls.js';
export type { LoginTrace, TraceStep } from './records/login-traces.js';
export type { EmulatorApp, EmulatorUser, Platform } from './options/apps-and-users.js';
export type { Endpoint } from './wechat/endpoints.js';
export type { Fix } from './wechat/fix.js';
