import type { Scenario } from './scenario.js';
import { IDENTITY } from './scenarios/identity.js';
import { LOGINS } from './scenarios/logins.js';
import { REPLIES } from './scenarios/replies.js';
import { RETURNS } from './scenarios/returns.js';

/** All that the conformance test plays, in this order: without a login that works the rest says nothing. */
export const SCENARIOS: Scenario[] = [...LOGINS, ...RETURNS, ...IDENTITY, ...REPLIES];
