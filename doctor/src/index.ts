export { examine } from './examine.js';
export { exitStatus } from './report/exit-status.js';
export type { Confidence, Finding, Level } from './finding.js';
export type { ExamineOptions } from './options.js';
export type { Language } from './text.js';
