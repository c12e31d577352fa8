// Bundles every-export.mjs with one tool, everything in it but Node's own modules.
//
//   node bundle.mjs <tool> <file to write>
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { basename, dirname, resolve } from 'node:path';
import { promisify } from 'node:util';

const [tool, output] = process.argv.slice(2);
const input = resolve('every-export.mjs');
const builtins = [...builtinModules, ...builtinModules.map((name) => `node:${name}`)];
// What people put before an ES module made of CommonJS files that know __dirname, Express's among them.
const dirname_ = 'const __dirname = import.meta.dirname;';
const require_ =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

const bundlers = {
  async webpack(name = 'webpack') {
    const { default: webpack } = await import(name);
    const stats = await promisify(webpack)({
      mode: 'production',
      optimization: { minimize: false },
      target: 'node20',
      entry: input,
      output: { path: dirname(output), filename: basename(output) },
    });
    if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
  },
  'webpack-5.111': () => bundlers.webpack('webpack-5.111'),

  async rollup() {
    const { rollup } = await import('rollup');
    const [{ default: commonjs }, { default: json }, { default: nodeResolve }] = await Promise.all([
      import('@rollup/plugin-commonjs'),
      import('@rollup/plugin-json'),
      import('@rollup/plugin-node-resolve'),
    ]);
    const plugins = [nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }), commonjs(), json()];
    // Express's dependencies import one another in circles.
    const bundle = await rollup({ input, external: builtins, plugins, onwarn: () => undefined });
    await bundle.write({ file: output, format: 'es', inlineDynamicImports: true, banner: dirname_ });
  },

  async rolldown() {
    const { rolldown } = await import('rolldown');
    const bundle = await rolldown({ input, platform: 'node' });
    await bundle.write({ file: output, format: 'es', codeSplitting: false, banner: dirname_ });
  },

  async vite() {
    const { build } = await import('vite');
    await build({
      logLevel: 'error',
      ssr: { noExternal: true },
      build: {
        ssr: input,
        outDir: dirname(output),
        rolldownOptions: { output: { entryFileNames: basename(output), banner: dirname_ } },
      },
    });
  },

  async 'esbuild, cjs'() {
    const { build } = await import('esbuild');
    await build({ entryPoints: [input], outfile: output, bundle: true, platform: 'node', format: 'cjs' });
  },

  async 'esbuild, esm'() {
    const { build } = await import('esbuild');
    await build({
      entryPoints: [input],
      outfile: output,
      bundle: true,
      platform: 'node',
      format: 'esm',
      banner: { js: require_ + dirname_ },
    });
  },

  async ncc() {
    const { default: ncc } = await import('@vercel/ncc');
    // In a file that ends in mjs, ncc makes an ES module, in which Express finds no __dirname.
    copyFileSync(input, 'every-export.js');
    const { code } = await ncc(resolve('every-export.js'), { cache: false, quiet: true });
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(output, code);
  },
};

await bundlers[tool]();
