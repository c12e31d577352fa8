import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  consumer,
  doctor,
  emulator,
  install,
  PACKAGES,
  root,
  run,
  strategy,
  temporaryFolder,
} from './published.js';

const folder = temporaryFolder();

// An app that names only what it imports itself. In npm's linked layout, as in pnpm's, a package finds nothing that it
// does not name.
beforeAll(async () => {
  consumer(folder, { ...PACKAGES, 'wechat-login-doctor': `file:${doctor.file}` });
  await install(folder, '--install-strategy=linked');
});

function bin(program: string): string {
  return join(root, 'node_modules/.bin', program);
}

/** The files of a folder and of those in it. */
function filesIn(path: string): string[] {
  const entries = readdirSync(join(root, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(root, path).length + 1));
}

/** What tsc makes of the sources in a folder. */
function compiled(path: string): string[] {
  return filesIn(path).flatMap((file) => ['.d.ts', '.js'].map((end) => `dist/${file.replace(/\.ts$/, end)}`));
}

describe('the tarball', () => {
  it('of the strategy holds what its sources compile to, and nothing else, and does not grow unnoticed', () => {
    expect(strategy.files).toEqual(
      [
        'LICENSE',
        'README.md',
        'README.zh-CN.md',
        'package.json',
        'esm/index.d.mts',
        'esm/index.mjs',
        ...compiled('lib'),
      ].sort(),
    );
    expect(strategy.size).toBeLessThan(78_000);
  });

  it('of the emulator holds what its sources compile to, and nothing else, and does not grow unnoticed', () => {
    const assets = ['bin', 'views', 'public'].flatMap((path) =>
      filesIn(`emulator/${path}`).map((file) => `${path}/${file}`),
    );
    expect(emulator.files).toEqual(
      [
        ...['LICENSE', 'README.md', 'README.zh-CN.md', 'package.json', 'esm/index.d.mts', 'esm/index.mjs'],
        ...compiled('emulator/src'),
        ...assets,
      ].sort(),
    );
    expect(emulator.size).toBeLessThan(130_000);
  });

  it('of the doctor holds what its sources compile to, and nothing else, and does not grow unnoticed', () => {
    expect(doctor.files).toEqual(
      [
        ...['LICENSE', 'README.md', 'README.zh-CN.md', 'package.json', 'esm/index.d.mts', 'esm/index.mjs'],
        'bin/wechat-login-doctor.js',
        ...compiled('doctor/src'),
      ].sort(),
    );
    expect(doctor.size).toBeLessThan(110_000);
  });
});

describe.each([
  ['strategy', strategy.file],
  ['emulator', emulator.file],
  ['doctor', doctor.file],
])('the tarball of the %s', (_name, file) => {
  it('passes publint', async () => {
    await expect(run(bin('publint'), ['--strict', file], root)).resolves.toContain('All good!');
  });

  it('has types that are right for every resolver', async () => {
    await expect(run(bin('attw'), [file], root)).resolves.toContain('No problems found');
  });
});

describe('installed', () => {
  it.each(['app.cjs', 'app.mjs'])('works in a JavaScript program: %s', async (program) => {
    expect(await run(process.execPath, [program], folder)).toBe('logged in\n');
  });

  it('starts the emulator from the command line', async () => {
    const emulate = join(folder, 'node_modules/.bin/wechat-login-emulator');
    expect(await run(emulate, ['--help'], folder)).toContain('--port');
  });

  it('starts the doctor from the command line', async () => {
    const examine = join(folder, 'node_modules/.bin/wechat-login-doctor');
    expect(await run(examine, ['--help'], folder)).toContain('Exit status');
  });

  it('examines from code', async () => {
    expect(await run(process.execPath, ['doctor.mjs'], folder)).toBe('begin.unreachable 2\n');
  });
});
