import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { consumer, install, PACKAGES, run, temporaryFolder, tools } from './published.js';

const folder = temporaryFolder();
const bin = join(folder, 'node_modules/.bin');

beforeAll(async () => {
  consumer(folder, tools('pnpm', '@yarnpkg/cli-dist'));
  await install(folder);
});

// A package finds only what it names itself, in both.
it("works in pnpm's strict layout", async () => {
  const app = join(folder, 'with-pnpm');
  consumer(app, PACKAGES);
  await run(join(bin, 'pnpm'), ['install', '--prefer-offline', '--ignore-workspace'], app);
  expect(await run(process.execPath, ['every-export.mjs'], app)).toBe('logged in\n');
  expect(await run(process.execPath, ['app.cjs'], app)).toBe('logged in\n');
});

it("works under Yarn's Plug'n'Play, where there is no node_modules", async () => {
  const app = join(folder, 'with-yarn');
  consumer(app, PACKAGES);
  // Without a lock file of its own, Yarn takes the folder for a part of the one above.
  writeFileSync(join(app, 'yarn.lock'), '');
  const env = {
    // Yarn does not read npm's configuration.
    YARN_NPM_REGISTRY_SERVER: (await run('npm', ['config', 'get', 'registry'], folder)).trim(),
    YARN_UNSAFE_HTTP_WHITELIST: '*',
    YARN_ENABLE_TELEMETRY: '0',
    // Yarn takes CI for a reason not to write the lock file.
    YARN_ENABLE_IMMUTABLE_INSTALLS: '0',
    NODE_NO_WARNINGS: '1',
  };
  const yarn = join(bin, 'yarn');
  await run(yarn, ['install'], app, env);
  expect(await run(yarn, ['node', 'every-export.mjs'], app, env)).toBe('logged in\n');
  expect(await run(yarn, ['node', 'app.cjs'], app, env)).toBe('logged in\n');
});
