import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as source from 'wechat-login-emulator';

test('import and require give the same names', () => {
  const wrapper = readFileSync(path.join(__dirname, '../../emulator/esm/index.mjs'), 'utf8');
  const names = /\{([^}]+)\}/.exec(wrapper)?.[1]?.match(/\w+/g);
  expect(names?.toSorted()).toEqual(Object.keys(source).sort());
});
