// The results as a table in Markdown, one row a measure; and which goals they reach.
import { BARE, OUR, PEERS, SUBJECTS } from './subjects.mjs';

const number = (value, digits = 2) =>
  value === undefined || Number.isNaN(value) ? '' : value.toFixed(digits).replace(/^-(0(\.0+)?)$/, '$1');
const kilobytes = (bytes) => (bytes === undefined ? '' : `${number(bytes / 1000, 0)} kB`);
const times = (value) => (value === undefined ? '' : `${number(value)}×`);
const share = (value) => (value === undefined ? '' : `${number(100 * value, 0)} %`);
const plusMinus = (value) => (value ? ` ±${number(50 * value.spread, 0)} %` : '');

/** Half of what the floor takes when its connection is open: one way there and one back. */
const roundTrip = ({ gaps }) => Math.min(...Object.values(gaps.floor.gaps).map(({ ms }) => ms.median)) / 2;

function rows(results) {
  const {
    gaps,
    cpu,
    cpuWithoutPause,
    express,
    rush,
    overload,
    memory,
    outstanding,
    startUp,
    sizes,
    redirect,
  } = results;
  const list = [];
  const row = (title, cell) => list.push([title, ...SUBJECTS.map((subject) => cell(subject) ?? '')]);
  if (gaps) {
    const trips = ({ ms }) => `${number(ms.median / roundTrip(results))}${plusMinus(ms)}`;
    const pauses = Object.keys(gaps[OUR].gaps);
    for (const gap of pauses)
      row(`new connections a login, ${gap} s after the last`, (s) =>
        number(gaps[s].gaps[gap].connections, 1),
      );
    for (const gap of pauses)
      row(`round trips a login, ${gap} s after the last`, (s) => trips(gaps[s].gaps[gap]));
    row('round trips of the first login, scanned for 1 s', (s) => trips(gaps[s].first));
  }
  for (const [measured, how] of [
    [cpu, '250 logins a second'],
    [cpuWithoutPause, 'logins without a pause'],
  ]) {
    if (!measured) continue;
    row(
      `CPU a login, ${how}, floor = 1`,
      (s) => times(measured[s].median / measured.floor.median) + plusMinus(measured[s]),
    );
    row(`CPU a login, ${how}, ms`, (s) => number(measured[s].median));
  }
  if (express) {
    const first = express[OUR].median;
    row('logins a second on one core, Express and session', (s) => number(express[s]?.median, 0));
    row('the same, ours = 1', (s) => express[s] && times(express[s].median / first) + plusMinus(express[s]));
    const checked = express['passport-weixin-checked'];
    row('… and where the app checks a state of its own', (s) =>
      s === 'passport-weixin' ? times(checked.median / first) + plusMinus(checked) : '',
    );
  }
  if (rush) {
    row('1,000 logins at once: right', (s) => share(rush[s].right));
    row('1,000 logins at once: connections at a time', (s) => number(rush[s].most, 0));
    row('1,000 logins at once: p99, ours = 1', (s) => times(rush[s].p99.median / rush[OUR].p99.median));
    row('1,000 logins at once: p99, ms', (s) => number(rush[s].p99.median, 0));
  }
  if (overload) {
    const { logins, latency, possible, succeeded, spent } = overload;
    const only = (value) => (s) => (s === OUR ? value : '');
    row(
      `${logins} logins at once, ${latency} ms a call: right`,
      only(number(succeeded.median, 0) + plusMinus(succeeded)),
    );
    row('… of what the connections can carry', only(share(succeeded.median / possible)));
    row('… codes spent in vain, in the worst round', only(number(spent, 0)));
  }
  if (memory) {
    row('heap that stays for each further login, bytes', (s) => number(memory[s].growth, 0));
    row('… measured over logins', (s) => number(memory[s].logins, 0));
  }
  if (outstanding) {
    row('heap a login while the person scans, bytes', (s) => number(outstanding[s].scanning, 0));
    row('heap a login while WeChat is asked, bytes', (s) => number(outstanding[s].waiting, 0));
  }
  if (redirect) {
    const ofExpress = redirect.plain.median;
    row('CPU a redirect, µs', (s) => redirect[s] && number(redirect[s].median, 1) + plusMinus(redirect[s]));
    row(
      'times cheaper than a request in Express',
      (s) => redirect[s] && number(ofExpress / redirect[s].median, 1),
    );
  }
  if (startUp) {
    const bare = startUp[BARE].cpu.median;
    const cpu = (s) => startUp[s]?.cpu;
    const ms = (s) => startUp[s]?.ms;
    row('CPU of a start, bare Node = 1', (s) => cpu(s) && times(cpu(s).median / bare) + plusMinus(cpu(s)));
    row('load and construct, ours = 1', (s) => ms(s) && times(ms(s).median / ms(OUR).median));
    row('load and construct, ms', (s) => ms(s) && number(ms(s).median, 0) + plusMinus(ms(s)));
  }
  if (sizes) {
    row('packed', (s) => kilobytes(sizes[s]?.packed));
    row('packed, with dependencies', (s) => kilobytes(sizes[s]?.packedWithDependencies));
    row('installed, with dependencies', (s) => kilobytes(sizes[s]?.installed));
    row('… of that TypeScript declarations of others', (s) => kilobytes(sizes[s]?.installedDeclarations));
    row('dependencies', (s) => number(sizes[s]?.dependencies, 0));
  }
  return list;
}

/** What was aimed at, with what came out of it. */
export function goals(results) {
  const { gaps, cpu, cpuWithoutPause, express, rush, overload, memory, startUp, sizes, redirect } = results;
  const list = [];
  const goal = (text, value, reached) => list.push({ text, value, reached });
  const ours = (measure) => measure[OUR];
  if (gaps) {
    const pauses = Object.entries(ours(gaps).gaps);
    const most = Math.max(...pauses.map(([, { connections }]) => connections));
    goal('no new connection after the first login', most, most === 0);
    const worst = Math.max(...pauses.map(([gap, { ms }]) => ms.median / gaps.floor.gaps[gap].ms.median));
    goal('latency within 10 % of the floor at every gap', times(worst), worst <= 1.1);
    const ahead = Math.min(
      ...PEERS.map((peer) => gaps[peer].gaps[7].ms.median / ours(gaps).gaps[7].ms.median),
    );
    goal('latency at least 2× ahead of each Passport peer at a gap of 7 s', times(ahead), ahead >= 2);
    const first = ours(gaps).first.ms.median / roundTrip(results);
    goal('first login no worse than connect + 2 round trips', number(first), first <= 4);
    const { connections } = ours(gaps).first;
    goal(
      'first login finds its connection made (new connections)',
      number(connections, 1),
      connections === 0,
    );
  }
  for (const [measured, how] of [
    [cpu, '250 logins a second'],
    [cpuWithoutPause, 'without a pause'],
  ]) {
    if (!measured) continue;
    const weixin = ours(measured).median / measured['passport-weixin'].median;
    goal(`CPU at or below that of passport-weixin, ${how}`, times(weixin), weixin <= 1);
    const wechat = measured['passport-wechat'].median / ours(measured).median;
    goal(`CPU at least 5× below that of passport-wechat, ${how}`, times(wechat), wechat >= 5);
  }
  if (express) {
    const rate = ours(express).median / express['passport-weixin'].median;
    goal('logins a second at least those of passport-weixin', times(rate), rate >= 1);
  }
  if (rush) {
    const { right, most } = ours(rush);
    goal('1,000 logins at once: all right', share(right), right === 1);
    goal('1,000 logins at once: bounded connections', number(most, 0), most <= 128);
  }
  if (overload) {
    const { logins, fewest, possible, spent } = overload;
    const worst = fewest / possible;
    goal(
      `${logins} logins at once: 90 % of what is possible, in the worst round`,
      share(worst),
      worst >= 0.9,
    );
    goal(`${logins} logins at once: no code spent in vain`, number(spent, 0), spent === 0);
  }
  if (memory) {
    const { growth } = ours(memory);
    goal('memory flat over 100,000 logins', `${number(growth, 1)} bytes a login`, Math.abs(growth) < 10);
  }
  const below = (measure, of, what) => {
    const ratio = of(ours(measure)) / Math.min(...PEERS.map((peer) => of(measure[peer])));
    goal(`${what} below both Passport peers`, times(ratio), ratio < 1);
  };
  if (startUp) {
    below(startUp, ({ cpu }) => cpu.median, 'CPU of a start');
    const ratio = ours(startUp).cpu.median / startUp[BARE].cpu.median;
    goal('CPU of a start at most twice that of bare Node', times(ratio), ratio <= 2);
  }
  if (sizes) {
    below(sizes, (size) => size.packedWithDependencies, 'packed size with dependencies');
    below(sizes, (size) => size.installed, 'installed size with dependencies');
  }
  if (redirect) {
    const ratio = redirect.plain.median / ours(redirect).median;
    goal('redirect 20× cheaper than a request in Express', times(ratio), ratio >= 20);
  }
  return list;
}

export function tables(results) {
  const markdown = ([head, ...body]) =>
    [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...body]
      .map((cells) => `| ${cells.join(' | ')} |`)
      .join('\n');
  const reached = goals(results).map(({ text, value, reached }) => [
    text,
    String(value),
    reached ? 'yes' : 'no',
  ]);
  return [
    markdown([['measure', ...SUBJECTS], ...rows(results)]),
    markdown([['goal', 'measured', 'reached'], ...reached]),
  ].join('\n\n');
}
