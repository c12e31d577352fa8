// Runs the tests on the other versions of Node that are supported, which the npm package `node` brings: all that is
// about the strategy, the emulator and the hosts, whose sockets, URLs and streams are Node's. Left out are the slow
// ones, whose other half is a browser, a database or a package manager; pages are the same on every version.
//
//   npm run test:runtimes [-- 22 24 26] [options of jest]
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const given = process.argv.slice(2);
const options = given.filter((argument) => argument.startsWith('-'));
const named = given.filter((argument) => !options.includes(argument));
const versions = named.length > 0 ? named : ['22', '24', '26'];
const TWENTY_MINUTES = 20 * 60_000;

function run(program, args, options) {
  const { status, error } = spawnSync(program, args, {
    stdio: 'inherit',
    timeout: TWENTY_MINUTES,
    ...options,
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed`, { cause: error });
}

for (const version of versions) {
  const folder = join(root, 'node_modules/.cache/runtimes', version);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  run('npm', ['install', ...quiet, `node@${version}`], { cwd: folder });

  // Programs that a test starts run on the same Node.
  const bin = join(folder, 'node_modules/.bin');
  const env = { ...process.env, PATH: bin + delimiter + process.env.PATH };
  run('node', ['--version'], { cwd: root, env });
  const slow = [
    '/node_modules/',
    ...['browser', 'docs', 'doctor', 'example', 'package', 'release'].map(
      (folder) => `<rootDir>/test/${folder}/`,
    ),
  ];
  const jest = ['node_modules/jest/bin/jest.js', '--testPathIgnorePatterns', ...slow, ...options];
  run('node', jest, { cwd: root, env });
}
