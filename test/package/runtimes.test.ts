import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { selfSignedCertificate } from 'wechat-login-emulator';
import { consumer, install, PACKAGES, run, temporaryFolder, tools } from './published.js';

const folder = temporaryFolder();
const env = {
  TLS_KEY: join(folder, 'key.pem'),
  TLS_CERT: join(folder, 'cert.pem'),
  NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem'),
  // Deno's name for the same.
  DENO_CERT: join(folder, 'cert.pem'),
  NODE_NO_WARNINGS: '1',
};

beforeAll(async () => {
  consumer(folder, { ...PACKAGES, ...tools('bun', 'deno') });
  await install(folder);
  const { key, cert } = await selfSignedCertificate();
  writeFileSync(env.TLS_KEY, key);
  writeFileSync(env.TLS_CERT, cert);
});

describe.each([
  { runtime: 'Node', program: process.execPath, options: [] },
  { runtime: 'Bun', program: join(folder, 'node_modules/.bin/bun'), options: ['run'] },
  { runtime: 'Deno', program: join(folder, 'node_modules/.bin/deno'), options: ['run', '--allow-all'] },
])('$runtime', ({ program, options }) => {
  it('has every export, logs in, and knows a refused code and a refused connection', async () => {
    expect(await run(program, [...options, 'every-export.mjs'], folder, env)).toBe('logged in\n');
  });

  it('has the same classes for import and for require', async () => {
    expect(await run(program, [...options, 'app.mjs'], folder, env)).toBe('logged in\n');
  });

  it('logs 300 people in at once over TLS, and does not wait for a silent host', async () => {
    expect(await run(program, [...options, 'many-logins.mjs'], folder, env)).toBe('300 logged in\n');
  });
});
