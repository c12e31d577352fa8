import type { Finding } from '../finding.js';

/** Of a command line or a CI step: 1 for a fault, 2 if the login could not be examined, else 0. */
export function exitStatus(findings: Iterable<Pick<Finding, 'id' | 'level'>>): 0 | 1 | 2 {
  let examined = false;
  for (const { id, level } of findings) {
    if (level === 'fault') return 1;
    if (id === 'begin.found') examined = true;
  }
  return examined ? 0 : 2;
}
