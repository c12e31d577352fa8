import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** A package as npm publishes it. */
export interface Packed {
  /** The tarball. */
  file: string;
  /** Bytes of the tarball. */
  size: number;
  /** Paths of the files in it. */
  files: string[];
}

/** The packages, packed once for all files of tests. */
export interface Published {
  strategy: Packed;
  emulator: Packed;
  doctor: Packed;
}

const root = join(__dirname, '../..');

/** Jest's global setup: packs the packages; the tests find them in the environment. */
export default function packAll(): void {
  // Where a release packs what it publishes once it has passed here.
  const folder = process.env['TARBALLS'] ?? join(root, 'node_modules/.cache/published');
  mkdirSync(folder, { recursive: true });
  const published: Published = {
    strategy: pack(folder),
    emulator: pack(folder, 'emulator'),
    doctor: pack(folder, 'doctor'),
  };
  process.env['PUBLISHED'] = JSON.stringify(published);
}

/** Packs the strategy (no workspace) or a workspace. */
function pack(folder: string, workspace?: string): Packed {
  const args = ['pack', '--json', '--pack-destination', folder, ...(workspace ? ['-w', workspace] : [])];
  const [packed] = JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' })) as [
    { filename: string; size: number; files: { path: string }[] },
  ];
  return {
    file: join(folder, packed.filename),
    size: packed.size,
    files: packed.files.map(({ path }) => path).sort(),
  };
}
