import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from '../../emulator/src/options/config-file.js';
import { OptionsError } from '../../emulator/src/options/check-options.js';
import { DEFAULT_APPS, DEFAULT_USERS } from '../../emulator/src/options/defaults.js';

const folder = mkdtempSync(path.join(tmpdir(), 'wechat-login-emulator-'));
const file = path.join(folder, 'wechat.json');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function read(text: string): unknown {
  writeFileSync(file, text);
  return readConfig(file);
}

test('the built-in apps and users could stand in a file', () => {
  const config = { apps: DEFAULT_APPS, users: DEFAULT_USERS };
  expect(read(JSON.stringify(config))).toEqual(config);
});

test('an editor’s byte order mark does no harm', () => {
  expect(read('\uFEFF{}')).toEqual({});
});

test('explains every mistake, under the name of the file', () => {
  const message = `${file} is not a valid configuration:\n  qrLife: must be 0 or more\n  unknown option port; `;
  expect(() => read('{ "qrLife": -1, "port": 4810 }')).toThrow(OptionsError);
  expect(() => read('{ "qrLife": -1, "port": 4810 }')).toThrow(message);
});

test('says where JSON goes wrong, without quoting the file', () => {
  const text = `{\n  "apps": [{ "secret": "0123456789abcdef0123456789abcdef", }]\n}`;
  expect(() => read(text)).toThrow(new OptionsError(`${file} is not valid JSON (line 2, column 60).`));
});

test('says which file cannot be read', () => {
  expect(() => readConfig(path.join(folder, 'nowhere.json'))).toThrow(/nowhere\.json cannot be read: ENOENT/);
});
