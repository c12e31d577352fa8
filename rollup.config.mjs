// The package as it is published: one file of code and one of declarations, to keep deployments small. The names of
// functions and classes stay, for stack traces.
import { dts } from 'rollup-plugin-dts';
import { minify } from 'terser';

const external = /^[a-z]/;

const terser = {
  name: 'terser',
  renderChunk: (code) =>
    minify(code, {
      ecma: 2020,
      toplevel: true,
      keep_fnames: true,
      keep_classnames: true,
      compress: { passes: 3 },
    }),
};

export default [
  {
    input: '.build/index.js',
    output: { file: 'dist/index.js', format: 'cjs', exports: 'named' },
    plugins: [terser],
    external,
  },
  {
    input: '.build/index.d.ts',
    output: { file: 'dist/index.d.ts' },
    plugins: [dts()],
    external,
  },
];
