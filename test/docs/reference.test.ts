import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import ts from 'typescript';
import { root } from './pages.js';

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** A type that lib exports, as TypeScript knows it. */
function exportedType(file: string, name: string): ts.Type | undefined {
  const path = join(root, file);
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile) as { config: object };
  const program = ts.createProgram([path], ts.parseJsonConfigFileContent(config, ts.sys, root).options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path);
  const module = source && checker.getSymbolAtLocation(source);
  const symbol = module && checker.getExportsOfModule(module).find((exported) => exported.name === name);
  if (!symbol) return undefined;
  const original = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return checker.getDeclaredTypeOfSymbol(original);
}

/** The rows of the tables on a page. */
const rowsOf = (page: string): string[] =>
  read(page)
    .split('\n')
    .filter((line) => line.startsWith('|'));

const files = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);

const architecture = ['docs/architecture.md', 'docs/architecture.zh-CN.md'];

it.each(architecture)('%s names every folder of lib', (page) => {
  const folders = [...new Set(files.map((file) => dirname(file)))].filter((folder) => folder !== '.');
  expect(folders.toSorted()).toEqual(['api', 'login', 'state', 'util']);
  expect(folders.filter((folder) => !read(page).includes(`\`lib/${folder}/\``))).toEqual([]);
});

it.each(architecture)('%s names no file that is not in lib', (page) => {
  const named = [...read(page).matchAll(/(?<![\w.-])([a-z\d-]+\.ts)/g)].map(([, file = '']) => file);
  const there = files.map((file) => basename(file));
  expect(named.filter((file) => !there.includes(file))).toEqual([]);
});

it.each(['docs/options.md', 'docs/options.zh-CN.md'])('%s has every option in a table', (page) => {
  const options = exportedType('lib/index.ts', 'WeChatStrategyOptions')?.getProperties() ?? [];
  const names = options.map(({ name }) => name);
  expect(names).toContain('resolveApp');
  const rows = rowsOf(page).join('\n');
  expect(names.filter((name) => !rows.includes(`\`${name}\``))).toEqual([]);
});

it.each(
  ['results', 'why-did-this-login-fail'].flatMap((page) => [`docs/${page}.md`, `docs/${page}.zh-CN.md`]),
)('%s has every reason why a login can fail in a table', (page) => {
  const type = exportedType('lib/index.ts', 'WeChatFailReason');
  const reasons = type?.isUnion() ? type.types.map((one) => (one as ts.StringLiteralType).value) : [];
  expect(reasons).toContain('denied');
  const rows = rowsOf(page).join('\n');
  expect(reasons.filter((reason) => !rows.includes(`reason: '${reason}'`))).toEqual([]);
});

it.each(['docs/sessions-and-state.md', 'docs/sessions-and-state.zh-CN.md'])(
  '%s explains messages that exist',
  (page) => {
    const code = files
      .map((file) => read(`lib/${file}`))
      .join('\n')
      // A message may go over several lines.
      .replace(/' \+\n\s*'/g, '');
    const [, troubleshooting = ''] = read(page).split(/^## (?:Troubleshooting|排查)$/m);
    // A long one is cut short, with (…).
    const sentences = [...troubleshooting.matchAll(/^\| ([A-Z][^|`]*?)(?:\.| \(…\)) +\|/gm)];
    const quoted = [...troubleshooting.matchAll(/^\| (?:error: "|错误：“)([A-Z][^"”]*)/gim)];
    const messages = [...sentences, ...quoted].map(([, message = '']) => message);
    expect(messages).toHaveLength(12);
    expect(messages.filter((message) => !code.includes(message))).toEqual([]);
  },
);

it('the error reference is current', () => {
  const script = join(root, 'scripts/error-reference.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});
