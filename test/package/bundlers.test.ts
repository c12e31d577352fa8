import { join } from 'node:path';
import { consumer, install, PACKAGES, run, temporaryFolder, tools } from './published.js';

const folder = temporaryFolder();
// Elsewhere, so that nothing is found that was not bundled.
const output = temporaryFolder();

beforeAll(async () => {
  const bundlers = tools(
    '@rollup/plugin-commonjs',
    '@rollup/plugin-json',
    '@rollup/plugin-node-resolve',
    '@vercel/ncc',
    'esbuild',
    'rolldown',
    'rollup',
    'vite',
    'webpack',
    'webpack-5.111',
  );
  consumer(folder, { ...PACKAGES, ...bundlers });
  await install(folder);
});

it.each([
  ['webpack', 'cjs'],
  ['webpack-5.111', 'cjs'],
  ['rollup', 'mjs'],
  ['rolldown', 'mjs'],
  ['vite', 'mjs'],
  ['esbuild, cjs', 'cjs'],
  ['esbuild, esm', 'mjs'],
  ['ncc', 'cjs'],
])('every export is there and a login works in what %s makes', async (tool, extension) => {
  const bundle = join(output, tool, `bundle.${extension}`);
  await run(process.execPath, ['bundle.mjs', tool, bundle], folder);
  expect(await run(process.execPath, ['--no-warnings', bundle], folder)).toBe('logged in\n');
});
