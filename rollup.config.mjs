// The package as it is published: one file of code and one of declarations. Server code is not downloaded by browsers,
// but by every deployment; names of functions and classes stay, for stack traces.
import { minifySync } from '@swc/core';
import { dts } from 'rollup-plugin-dts';

const external = /^[a-z]/;

const minify = {
  name: 'minify',
  renderChunk: (code) =>
    minifySync(code, {
      compress: { keep_fnames: true, keep_classnames: true },
      mangle: { keep_fnames: true, keep_classnames: true },
    }),
};

export default [
  {
    input: '.build/index.js',
    output: { file: 'dist/index.js', format: 'cjs', exports: 'named' },
    plugins: [minify],
    external,
  },
  {
    input: '.build/index.d.ts',
    output: { file: 'dist/index.d.ts' },
    plugins: [dts()],
    external,
  },
];
