import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
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
function filesIn(path: string, from = root): string[] {
  const entries = readdirSync(join(from, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(from, path).length + 1));
}

/** What tsc makes of the sources in a folder. */
function compiled(path: string): string[] {
  return filesIn(path).flatMap((file) => ['.d.ts', '.js'].map((end) => `dist/${file.replace(/\.ts$/, end)}`));
}

/**
 * Bytes of a tarball, and what an app gets with it: how many packages, itself included, and bytes of all their files.
 */
const CEILINGS = {
  strategy: { tarball: 80_000, packages: 55, installed: 7_000_000 },
  emulator: { tarball: 130_000, packages: 130, installed: 15_000_000 },
  doctor: { tarball: 75_000, packages: 40, installed: 12_500_000 },
};

describe.each([
  ['strategy', strategy],
  ['emulator', emulator],
  ['doctor', doctor],
] as const)('the %s does not grow unnoticed', (name, { file, size }) => {
  const ceilings = CEILINGS[name];

  it('as a tarball', () => {
    expect(size).toBeLessThan(ceilings.tarball);
  });

  it('with all that it brings into an app', async () => {
    const app = join(folder, `only-${name}`);
    mkdirSync(app);
    writeFileSync(join(app, 'package.json'), JSON.stringify({ private: true }));
    await install(app, file);
    const lock = readFileSync(join(app, 'node_modules/.package-lock.json'), 'utf8');
    const { packages } = JSON.parse(lock) as { packages: object };
    expect(Object.keys(packages).length).toBeLessThan(ceilings.packages);
    const files = filesIn('node_modules', app).map((path) => statSync(join(app, 'node_modules', path)));
    expect(files.reduce((bytes, { size }) => bytes + size, 0)).toBeLessThan(ceilings.installed);
  });
});

describe('the tarball', () => {
  it('of the strategy holds what its sources compile to, and nothing else', () => {
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
  });

  it('of the emulator holds what its sources compile to, and nothing else', () => {
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
  });

  it('of the doctor holds what its sources compile to, and nothing else', () => {
    expect(doctor.files).toEqual(
      [
        ...['LICENSE', 'README.md', 'README.zh-CN.md', 'package.json', 'esm/index.d.mts', 'esm/index.mjs'],
        'bin/wechat-login-doctor.js',
        ...compiled('doctor/src'),
      ].sort(),
    );
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
