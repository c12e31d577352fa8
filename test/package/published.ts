import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

export const root = join(__dirname, '../..');

/** Runs a program; its output is in the error, too. */
export async function run(program: string, args: string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, args, { cwd });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`${basename(program)} ${args.join(' ')}: ${stdout}${stderr}`, { cause: error });
  }
}

/** A package as npm publishes it. */
export interface Packed {
  /** The tarball. */
  file: string;
  /** Bytes of the tarball. */
  size: number;
  /** Paths of the files in it. */
  files: string[];
}

/** Packs the strategy (no workspace) or a workspace. */
export async function pack(folder: string, workspace?: string): Promise<Packed> {
  mkdirSync(folder, { recursive: true });
  const args = ['pack', '--json', '--pack-destination', folder, ...(workspace ? ['-w', workspace] : [])];
  const [packed] = JSON.parse(await run('npm', args, root)) as [
    { filename: string; size: number; files: { path: string }[] },
  ];
  return {
    file: join(folder, packed.filename),
    size: packed.size,
    files: packed.files.map(({ path }) => path).sort(),
  };
}

/** A folder for the tests of a file, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'published-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}

/**
 * Installs the tarballs as an app that names only what it imports itself. In npm's linked layout, as in pnpm's, a package
 * finds nothing that it does not name.
 */
export async function install(folder: string, strategy: Packed, emulator: Packed): Promise<void> {
  const { devDependencies, dependencies } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({
      private: true,
      dependencies: {
        passport: devDependencies['passport'],
        '@types/passport': dependencies['@types/passport'],
        '@types/node': devDependencies['@types/node'],
        'passport-wechat-oauth2': `file:${strategy.file}`,
        'wechat-login-emulator': `file:${emulator.file}`,
      },
    }),
  );
  cpSync(join(__dirname, 'consumers'), folder, { recursive: true });
  await run(
    'npm',
    ['install', '--install-strategy=linked', '--prefer-offline', '--no-audit', '--no-fund'],
    folder,
  );
}
