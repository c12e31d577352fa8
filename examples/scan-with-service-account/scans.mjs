import { randomBytes, randomInt } from 'node:crypto';

/** In milliseconds. Whoever photographs a QR code to lure somebody with it has no longer than this. */
const LIFE = 2 * 60_000;
/** So many can wait at once. */
const MOST = Number(process.env.MAX_SCANS ?? 10_000);

/**
 * The QR codes that are on screens now. In the memory of one process; several share them in Redis, where SET with PX
 * lets them expire, and GETDEL makes take() happen once.
 */
const scans = new Map();

/**
 * A new QR code: an id that nobody can guess, and a number for people to compare.
 *
 * @param before - id of the one that the same browser has had, which ends
 * @returns nothing when too many wait: to end another's instead would let one client end everybody's
 */
export function createScan(before) {
  forgetOld();
  scans.delete(before);
  if (scans.size >= MOST) return;
  const id = randomBytes(16).toString('base64url');
  scans.set(id, { number: String(randomInt(100)).padStart(2, '0'), until: Date.now() + LIFE });
  return id;
}

export function findScan(id) {
  forgetOld();
  return scans.get(id);
}

/** The person on the phone says yes, the first time only. */
export function approveScan(id, person) {
  const scan = findScan(id);
  if (!scan || scan.person) return false;
  scan.person = person;
  return true;
}

export function refuseScan(id) {
  scans.delete(id);
}

/** Who has approved it, once. */
export function takeScan(id) {
  const person = findScan(id)?.person;
  if (person) scans.delete(id);
  return person;
}

function forgetOld() {
  // In the order in which they were made, which is that in which they end.
  for (const [id, { until }] of scans) {
    if (until > Date.now()) return;
    scans.delete(id);
  }
}
