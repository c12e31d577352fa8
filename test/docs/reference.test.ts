import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './pages.js';

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The names of the options of `new WeChatStrategy()`, as TypeScript knows them. */
function optionNames(): string[] {
  const file = join(root, 'lib/options.ts');
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile) as { config: object };
  const program = ts.createProgram([file], ts.parseJsonConfigFileContent(config, ts.sys, root).options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const options =
    module && checker.getExportsOfModule(module).find(({ name }) => name === 'WeChatStrategyOptions');
  return options
    ? checker
        .getDeclaredTypeOfSymbol(options)
        .getProperties()
        .map(({ name }) => name)
    : [];
}

const files = readdirSync(join(root, 'lib'), { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
);

it.each(['docs/architecture.md', 'docs/architecture.zh-CN.md'])('%s names every file of lib', (page) => {
  const text = read(page);
  expect(files.filter((file) => !text.includes(`\`${file}\``))).toEqual([]);
});

it.each(['docs/architecture.md', 'docs/architecture.zh-CN.md'])(
  '%s names no file that is not in lib',
  (page) => {
    const named = [...read(page).matchAll(/(?<![\w./-])((?:state\/)?[a-z-]+\.ts)/g)].map(
      ([, file = '']) => file,
    );
    expect(named.filter((file) => !files.includes(file))).toEqual([]);
  },
);

it('both READMEs have every option in a table', () => {
  const names = optionNames();
  expect(names).toContain('resolveApp');
  for (const page of ['README.md', 'README.zh-CN.md']) {
    const rows = read(page)
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .join('\n');
    expect([page, names.filter((name) => !rows.includes(`\`${name}\``))]).toEqual([page, []]);
  }
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
    const sentences = [...troubleshooting.matchAll(/^\| ([A-Z][^|`]*\.) +\|/gm)];
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
