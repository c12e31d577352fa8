// What a package and its dependencies weigh: packed as npm would, and installed.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { OUR } from './subjects.mjs';

const root = path.dirname(import.meta.dirname);

/** Every package that comes with this one, itself first: folder by folder, as Node finds them. */
function closure(folder, found = new Map()) {
  const place = realpathSync(folder);
  if (found.has(place)) return found;
  const manifest = JSON.parse(readFileSync(path.join(place, 'package.json'), 'utf8'));
  found.set(place, manifest.name);
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    let from = place;
    while (!existsSync(path.join(from, 'node_modules', name))) {
      if (from === path.dirname(from)) throw new Error(`${name} is not installed for ${manifest.name}`);
      from = path.dirname(from);
    }
    closure(path.join(from, 'node_modules', name), found);
  }
  return found;
}

function bytesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .map((entry) => path.join(folder, entry.name))
    .reduce((sum, file) => sum + (statSync(file).isDirectory() ? bytesIn(file) : statSync(file).size), 0);
}

/** Bytes as `npm pack` counts them. */
async function packed(folders) {
  const { stdout } = await promisify(execFile)(
    'npm',
    ['pack', '--dry-run', '--json', '--ignore-scripts', ...folders.map((folder) => `${folder}${path.sep}`)],
    { cwd: root, maxBuffer: 2 ** 26 },
  );
  return Object.values(JSON.parse(stdout)).reduce((sum, { size }) => sum + size, 0);
}

export async function weigh(name) {
  const folder = name === OUR ? root : path.join(root, 'node_modules', name);
  const [self, ...dependencies] = closure(folder).keys();
  const types = dependencies.filter((place) => place.includes(`${path.sep}@types${path.sep}`));
  const sum = (folders) => folders.reduce((bytes, place) => bytes + bytesIn(place), 0);
  return {
    packed: await packed([self]),
    packedWithDependencies: await packed([self, ...dependencies]),
    dependencies: dependencies.length,
    installed:
      sum(dependencies) +
      (self === root ? sum(['dist', 'esm'].map((part) => path.join(root, part))) : bytesIn(self)),
    installedDeclarations: sum(types),
  };
}
