// npm run bench: this strategy, the others and the floor, side by side. `--short` is for a look while working,
// `--only=cpu,express` for single measures; with `--strict` it fails if a goal of tables.mjs is missed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { exampleLoad, exampleTable } from './example-load.mjs';
import * as measures from './measures.mjs';
import { startStandIn } from './processes.mjs';
import { goals, tables } from './tables.mjs';

const short = process.argv.includes('--short');
const only = process.argv
  .find((argument) => argument.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',');

const DELAY = 25;
const plan = {
  gaps: short
    ? [
        { gap: 0, count: 10 },
        { gap: 1, count: 4 },
        { gap: 7, count: 1 },
      ]
    : [
        { gap: 0, count: 40 },
        { gap: 1, count: 20 },
        { gap: 7, count: 4, processes: 2 },
        { gap: 30, count: 1, processes: 4 },
      ],
  cpu: {
    every: 4,
    ...(short ? { warmUp: 5, rounds: 5, count: 100 } : { warmUp: 12, rounds: 9, count: 300 }),
  },
  cpuWithoutPause: short ? { warmUp: 5, rounds: 5, count: 100 } : { warmUp: 12, rounds: 9, count: 300 },
  express: short ? { warmUp: 1, rounds: 3, count: 200 } : { warmUp: 8, rounds: 9, count: 250 },
  redirect: short ? { warmUp: 1, rounds: 3, count: 5000 } : { warmUp: 2, rounds: 7, count: 5000 },
  rush: { rounds: 1, count: 1000 },
  overload: { rounds: short ? 1 : 7, logins: 2000, connections: 128, latency: 300, timeout: 5000 },
  memory: short ? { ours: 5000, others: 500 } : { ours: 100_000, others: 2000 },
  outstanding: { count: 300 },
  exampleLoad: short
    ? { processes: [1, 2], logins: 400, abreast: 40, crowd: 500 }
    : { processes: [1, 2, 4], logins: 1000, abreast: 100, crowd: 2000 },
  startUp: { rounds: short ? 3 : 7 },
  sizes: {},
};
const withoutStandIn = new Set(['overload', 'startUp', 'sizes']);
const all = { ...measures, exampleLoad };

const standIn = await startStandIn(DELAY);
const machine = { node: process.version, cpu: cpus()[0].model, cores: cpus().length, load: [loadavg()[0]] };
const results = { machine, delay: DELAY };
const start = performance.now();
for (const [name, options] of Object.entries(plan)) {
  if (only && !only.includes(name)) continue;
  process.stderr.write(`${((performance.now() - start) / 1000).toFixed(0).padStart(4)} s  ${name}\n`);
  results[name] = await (withoutStandIn.has(name) ? all[name](options) : all[name](standIn, options));
}
standIn.stop();
machine.load.push(loadavg()[0]);
machine.seconds = (performance.now() - start) / 1000;
results.goals = goals(results);

console.log(tables(results));
if (results.exampleLoad) console.log(`\n${exampleTable(results.exampleLoad)}`);
const file = path.join(path.dirname(import.meta.dirname), 'reports', 'bench.json');
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
if (process.argv.includes('--strict') && results.goals.some(({ reached }) => !reached)) process.exitCode = 1;
