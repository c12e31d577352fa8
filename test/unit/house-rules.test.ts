import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../..');

it('every file of lib/ is in a group of the mutation tests, and every test that a group names exists', () => {
  const program =
    "import { mistakes } from './scripts/mutation-groups.mjs'; console.log(JSON.stringify(mistakes([])));";
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: root });
  expect(JSON.parse(String(output))).toEqual([]);
});

/** What each file of a folder imports of that folder, types included. */
function readImports(folder: string): Map<string, string[]> {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(root, folder, file), 'utf8'));
      const names = importedFiles.map(({ fileName }) => fileName).filter((name) => name.startsWith('.'));
      return [file, names.map((name) => join(dirname(file), name).replace(/\.js$/, '.ts'))];
    }),
  );
}

/** The first way from a file back to itself. */
function findCycle(imports: Map<string, string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

it.each(['lib', 'emulator/src', 'doctor/src'])(
  'no file of %s imports itself through others, not even a type',
  (folder) => {
    const imports = readImports(folder);
    expect([...imports.values()].flat()).not.toEqual([]);
    expect(findCycle(imports)).toBeUndefined();
  },
);
