import { join } from 'node:path';
import ts from 'typescript';
import { allPages, root } from './pages.js';

// Every block of TypeScript and JavaScript in the documentation is compiled, as a module of its own. The Chinese pages
// have the same code (twins.test.ts), and what a block shows of a file is compiled and run with that file. In the API
// reference, the examples are code, and the signatures are not.
const blocks = allPages()
  .filter(({ path }) => !path.includes('.zh-CN'))
  .flatMap(({ path, blocks }) => blocks.map((block) => ({ path, ...block })))
  .filter(({ file, path, heading }) => !file && (!path.startsWith('docs/api/') || heading === 'Example'));

/**
 * What can be said of JavaScript without types: it is not JavaScript, or there is no such name, module or parameter.
 */
const WITHOUT_TYPES = [2304, 2305, 2307, 2551, 2552, 2554, 18004];

const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile) as { config: object };
const options: ts.CompilerOptions = {
  ...ts.parseJsonConfigFileContent(config, ts.sys, root).options,
  moduleDetection: ts.ModuleDetectionKind.Force,
  allowJs: true,
  checkJs: true,
  // Some blocks are for browsers.
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  // `process.env.NAME` is what people write.
  noPropertyAccessFromIndexSignature: false,
};

it('every block of TypeScript and JavaScript compiles', () => {
  const sources = new Map(
    blocks
      .filter(({ language }) => language === 'ts' || language === 'js')
      // Beside the repository's own sources, so that imports are found; no such files are written.
      .map((block) => [
        join(root, `docs/${block.path.replaceAll('/', '-')}-${block.line}.m${block.language}`),
        block,
      ]),
  );
  expect(sources.size).toBeGreaterThan(20);

  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (file) => sources.has(file) || fileExists(file);
  host.getSourceFile = (file, version, ...rest) => {
    const code = sources.get(file)?.code;
    return code === undefined
      ? getSourceFile(file, version, ...rest)
      : ts.createSourceFile(file, code, version, true);
  };
  const program = ts.createProgram([join(__dirname, 'prelude.d.ts'), ...sources.keys()], options, host);

  const problems = [...sources].flatMap(([file, { path, line, language }]) => {
    const source = program.getSourceFile(file);
    const syntax = program.getSyntacticDiagnostics(source);
    const meaning = program
      .getSemanticDiagnostics(source)
      .filter(({ code }) => language === 'ts' || WITHOUT_TYPES.includes(code));
    return [...syntax, ...meaning].map(({ start = 0, messageText }) => {
      const within = source?.getLineAndCharacterOfPosition(start).line ?? 0;
      return `${path}:${line + within} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
  expect(problems).toEqual([]);
});
