export { createEmulator } from './emulator.js';
export { DEFAULT_APPS, DEFAULT_USERS } from './defaults.js';
export { selfSignedCertificate } from './tls.js';

export type { Destination } from './callback.js';
export type { Clock } from './clock.js';
export type { Emulator, ListenOptions } from './emulator.js';
export type {
  AnswerFault,
  DropFault,
  ErrcodeFault,
  Fault,
  Faults,
  HangFault,
  HtmlFault,
  ReplyFault,
} from './faults.js';
export type { Decision } from './in-wechat-flow.js';
export type { RecordedRequest } from './journal.js';
export type { EmulatorOptions } from './options.js';
export type { Phone } from './phone.js';
export type { Certificate } from './tls.js';
export type { LoginTrace, TraceStep } from './traces.js';
export type { EmulatorApp, EmulatorUser, Endpoint, Fix, Platform } from './types.js';
