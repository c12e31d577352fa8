import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEmulator, DEFAULT_APPS, DEFAULT_USERS } from 'wechat-login-emulator';
import { readConfig } from '../../emulator/src/options/config-file.js';
import { ENDPOINTS } from '../../emulator/src/shared/endpoints.js';
import { resolveOptions } from '../../emulator/src/options/resolve-options.js';

const root = path.join(__dirname, '../..');

describe.each(['README.md', 'README.zh-CN.md'])('the emulator’s %s', (name) => {
  const text = readFileSync(path.join(root, 'emulator', name), 'utf8');

  function block(language: string, which = 0): string {
    const blocks = [...text.matchAll(/^```(\w*)\n(.*?)^```/gms)].filter(([, found]) => found === language);
    return blocks[which]?.[2] ?? '';
  }

  test('has a test that runs', () => {
    const args = ['--input-type=module', '--eval', block('js', 1)];
    const output = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    expect(output).toMatch(/pass 1$/m);
  });

  test('has a configuration that is valid', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'wechat-login-emulator-'));
    const file = path.join(folder, 'wechat.json');
    writeFileSync(file, block('json'));
    expect(readConfig(file).apps).toHaveLength(1);
    rmSync(folder, { recursive: true });
  });

  test('names every option, endpoint, app and user', () => {
    const names = [
      ...Object.keys(resolveOptions({ publicOrigin: 'http://localhost', codeLife: 1 })),
      ...ENDPOINTS,
      ...DEFAULT_APPS.flatMap(({ appid, secret, platform }) => [appid, secret, platform]),
      ...DEFAULT_USERS.map((user) => user.name),
    ];
    expect(names.filter((each) => !text.includes(`\`${each}\``))).toEqual([]);
  });

  test('names controls that exist', async () => {
    const wechat = createEmulator();
    const { origin } = await wechat.listen();
    const controls = [...text.matchAll(/`(GET|POST) (\/_emulator\/[\w/]+)`/g)];
    for (const [control, method = '', address = ''] of controls) {
      const reply = await fetch(origin + address, {
        method,
        headers: { 'Content-Type': 'application/json' },
      });
      expect([control, reply.status]).not.toEqual([control, 404]);
    }
    expect(controls).toHaveLength(17);
    await wechat.close();
  });
});
