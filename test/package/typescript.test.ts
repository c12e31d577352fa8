import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { consumer, install, PACKAGES, run, temporaryFolder, tools, TYPES } from './published.js';

const folder = temporaryFolder();

beforeAll(async () => {
  consumer(folder, { ...PACKAGES, ...TYPES, ...tools('typescript-5', 'typescript-6', 'typescript-7') });
  // A package finds only what it names itself.
  await install(folder, '--install-strategy=linked');
});

/** Compiles a program in a folder of its own, and returns what it prints. */
async function compileAndRun(
  compiler: string,
  program: string,
  type: string,
  compilerOptions: object,
): Promise<string> {
  const project = join(folder, expect.getState().currentTestName?.replace(/\W+/g, '-') ?? '');
  mkdirSync(project);
  cpSync(join(folder, program), join(project, program));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type }));
  const tsconfig = {
    compilerOptions: {
      target: 'es2022',
      lib: ['es2022'],
      types: ['node'],
      typeRoots: ['../node_modules/@types'],
      strict: true,
      ...compilerOptions,
    },
    files: [program],
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(tsconfig));
  await run(process.execPath, [join(folder, 'node_modules', compiler, 'bin/tsc'), '-p', project], project);
  return run(process.execPath, [program.replace(/ts$/, 'js')], project);
}

const nodenext = { module: 'nodenext', moduleResolution: 'nodenext' };
const commonjs = { module: 'commonjs', moduleResolution: 'node10' };
const deprecated = { ignoreDeprecations: '6.0' };

// The four ways in which TypeScript programs are compiled; see "Choosing Compiler Options" in TypeScript's handbook.
describe.each([
  { way: 'nodenext, CommonJS', type: 'commonjs', options: nodenext },
  { way: 'nodenext, ES modules', type: 'module', options: nodenext },
  { way: 'for a bundler', type: 'module', options: { module: 'esnext', moduleResolution: 'bundler' } },
  {
    way: 'commonjs, as before Node had ES modules',
    type: 'commonjs',
    options: { ...commonjs, ...deprecated, esModuleInterop: true },
  },
])('$way', ({ type, options }) => {
  it.each([true, false])('compiles and runs, with skipLibCheck: %s', async (skipLibCheck) => {
    const printed = await compileAndRun('typescript-6', 'app.ts', type, { ...options, skipLibCheck });
    expect(printed).toBe('logged in\n');
  });
});

describe.each([
  { compiler: 'typescript-5', older: {} },
  { compiler: 'typescript-6', older: deprecated },
])('$compiler without esModuleInterop', ({ compiler, older }) => {
  it.each([
    { way: 'nodenext', options: nodenext },
    { way: 'commonjs', options: commonjs },
  ])('compiles and runs, $way', async ({ options }) => {
    const printed = await compileAndRun(compiler, 'without-interop.ts', 'commonjs', {
      ...options,
      ...older,
      esModuleInterop: false,
      allowSyntheticDefaultImports: false,
      skipLibCheck: false,
    });
    expect(printed).toBe('logged in\n');
  });
});

it.each([
  { way: 'nodenext', type: 'module', options: nodenext },
  { way: 'for a bundler', type: 'module', options: { module: 'esnext', moduleResolution: 'bundler' } },
])('TypeScript 7 compiles it, $way', async ({ type, options }) => {
  const printed = await compileAndRun('typescript-7', 'app.ts', type, { ...options, skipLibCheck: false });
  expect(printed).toBe('logged in\n');
});
