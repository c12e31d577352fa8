import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const script = join(__dirname, '../../scripts/release.mjs');
const CHANGELOG =
  '# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing.\n\n## [0.1.0] - 2026-01-01\n\n- The first.\n';

const CHANGELOGS = ['CHANGELOG.md', 'emulator/CHANGELOG.md', 'doctor/CHANGELOG.md'];

// A repository with the same packages as this one, whose checks take no time.
let repository: string;
beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'release-'));
  const scripts = { check: 'node check.cjs', test: 'node check.cjs', 'test:package': 'node check.cjs' };
  const common = {
    version: '0.1.0',
    repository: 'github:example/example',
    publishConfig: { provenance: true },
  };
  write('package.json', {
    name: 'passport-wechat-oauth2',
    ...common,
    workspaces: ['emulator', 'doctor', 'examples/express-app'],
    scripts,
  });
  write('emulator/package.json', { name: 'wechat-login-emulator', ...common });
  write('doctor/package.json', { name: 'wechat-login-doctor', ...common });
  write('examples/express-app/package.json', {
    name: 'express-app',
    private: true,
    dependencies: { 'wechat-login-emulator': '^0.1.0' },
  });
  write('package-lock.json', {});
  write(
    'check.cjs',
    "const { version } = require('./emulator/package.json');\nif (version === '0.9.0') process.exit(1);\n",
  );
  for (const file of CHANGELOGS) write(file, CHANGELOG);
  git('init', '--quiet', '--initial-branch', 'main');
  commit();
});
afterEach(() => rmSync(repository, { recursive: true }));

function write(file: string, content: object | string): void {
  const path = join(repository, file);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
}

function read(file: string): string {
  return readFileSync(join(repository, file), 'utf8');
}

const IDENTITY = {
  GIT_AUTHOR_NAME: 'Test',
  GIT_AUTHOR_EMAIL: 'test@example.com',
  GIT_COMMITTER_NAME: 'Test',
  GIT_COMMITTER_EMAIL: 'test@example.com',
};

function git(...args: string[]): string {
  const env = { ...process.env, ...IDENTITY };
  return execFileSync('git', args, { cwd: repository, encoding: 'utf8', env }).trim();
}

/** Makes it the version that is here. */
function setVersion(version: string): void {
  for (const file of ['package.json', 'emulator/package.json', 'doctor/package.json']) {
    write(file, { ...(JSON.parse(read(file)) as object), version });
  }
  commit();
}

function commit(): void {
  git('add', '.');
  git('commit', '--quiet', '--message', 'Change');
}

function release(...args: string[]): { status: number | null; output: string } {
  const env = { ...process.env, ...IDENTITY };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    cwd: repository,
    encoding: 'utf8',
    env,
  });
  return { status, output: stdout + stderr };
}

it('sets the version and the changelog, and commits and tags them', () => {
  expect(release('0.2.0')).toMatchObject({
    status: 0,
    output: expect.stringContaining('git push origin main v0.2.0'),
  });
  expect(JSON.parse(read('package.json')).version).toBe('0.2.0');
  expect(JSON.parse(read('emulator/package.json')).version).toBe('0.2.0');
  expect(JSON.parse(read('doctor/package.json')).version).toBe('0.2.0');
  expect(JSON.parse(read('package-lock.json')).packages.emulator.version).toBe('0.2.0');
  expect(JSON.parse(read('examples/express-app/package.json')).dependencies).toEqual({
    'wechat-login-emulator': '^0.2.0',
  });
  for (const file of CHANGELOGS) {
    expect(read(file).replace(/\d{4}-\d\d-\d\d\n\n### Added/, 'TODAY\n\n### Added')).toBe(
      CHANGELOG.replace('## [Unreleased]\n', '## [Unreleased]\n\n## [0.2.0] - TODAY\n'),
    );
  }
  expect(git('log', '-1', '--format=%s')).toBe('Release 0.2.0');
  expect(git('rev-parse', 'v0.2.0^{commit}')).toBe(git('rev-parse', 'HEAD'));
  expect(git('status', '--porcelain')).toBe('');
});

it('releases the version that is here, which has no tag yet', () => {
  expect(release('0.1.0').status).toBe(0);
  expect(JSON.parse(read('package.json')).version).toBe('0.1.0');
  expect(read('CHANGELOG.md')).toMatch(/## \[0\.1\.0\] - [\d-]{10}\n\n### Added\n\n- A thing\./);
  expect(git('rev-parse', 'v0.1.0^{commit}')).toBe(git('rev-parse', 'HEAD'));
});

it('makes a pre-release', () => {
  expect(release('0.2.0-beta.1').status).toBe(0);
  expect(JSON.parse(read('package-lock.json')).packages.emulator.version).toBe('0.2.0-beta.1');
  expect(git('tag')).toBe('v0.2.0-beta.1');
});

it.each([
  { version: '0.2.0-beta.2', after: '0.2.0-beta.1' },
  { version: '0.2.0-beta.10', after: '0.2.0-beta.9' },
  { version: '0.2.0', after: '0.2.0-beta.10' },
  { version: '0.10.0', after: '0.9.9' },
])('takes $version after $after, but not the other way round', ({ version, after }) => {
  setVersion(after);
  expect(release(version, '--dry-run').status).toBe(0);
  setVersion(version);
  const reason = `${after} is older than ${version}`;
  expect(release(after, '--dry-run')).toEqual({ status: 1, output: expect.stringContaining(reason) });
});

it('changes nothing in a dry run', () => {
  expect(release('0.2.0', '--dry-run')).toEqual({
    status: 0,
    output: expect.stringContaining('run check, test, test:package, commit and tag v0.2.0'),
  });
  expect(git('status', '--porcelain') + git('tag') + git('log', '--format=%s')).toBe('Change');
});

it('goes to the end in a dry run: what npm would get, and what only a person can do', () => {
  write('emulator/package.json', { name: 'wechat-login-emulator', version: '0.1.0' });
  commit();
  const { status, output } = release('0.2.0', '--dry-run');
  expect(status).toBe(0);
  expect(output).toMatch(/- passport-wechat-oauth2@0\.2\.0: \d+ files, \d+ kB packed, with provenance\n/);
  expect(output).toMatch(/- wechat-login-emulator@0\.2\.0: \d+ files, \d+ kB packed, WITHOUT provenance\n/);
  expect(output).toMatch(/- wechat-login-doctor@0\.2\.0: /);
  expect(output).toMatch(/Only you can\n- set "repository" in emulator\/package\.json: /);
  expect(output).toContain('trusted publisher');
});

it('refuses packages without a repository', () => {
  write('emulator/package.json', { name: 'wechat-login-emulator', version: '0.1.0' });
  commit();
  expect(release('0.2.0')).toEqual({
    status: 1,
    output: expect.stringContaining('set "repository" in emulator/package.json'),
  });
});

it('puts everything back when a check fails', () => {
  expect(release('0.9.0').status).toBe(1);
  expect(git('status', '--porcelain') + git('tag') + git('log', '--format=%s')).toBe('Change');
});

it.each([
  ['no version', [], 'Name the new version'],
  ['what is no version', ['next'], 'Name the new version'],
  ['half a version', ['0.2'], 'Name the new version'],
  ['a tag', ['v0.2.0'], 'Name the new version'],
  ['a version with the name of a build', ['0.2.0+build'], 'Name the new version'],
  ['an older version', ['0.0.9'], '0.0.9 is older than 0.1.0'],
  ['a pre-release of the version that is here', ['0.1.0-beta.1'], '0.1.0-beta.1 is older than 0.1.0'],
])('refuses %s', (_what, args, reason) => {
  expect(release(...args, '--dry-run')).toEqual({ status: 1, output: expect.stringContaining(reason) });
});

it.each([
  ['another branch', () => git('switch', '--quiet', '--create', 'other'), 'branch main'],
  ['uncommitted changes', () => write('new.txt', 'new'), 'Commit what you have changed'],
  ['a version that is tagged', () => git('tag', 'v0.2.0'), 'a tag v0.2.0 already'],
  [
    'a changelog without news',
    () => {
      write('CHANGELOG.md', CHANGELOG.replace('### Added\n\n- A thing.\n\n', ''));
      commit();
    },
    'CHANGELOG.md has nothing under "## [Unreleased]"',
  ],
])('refuses %s', (_what, prepare: () => unknown, reason) => {
  prepare();
  expect(release('0.2.0', '--dry-run')).toEqual({ status: 1, output: expect.stringContaining(reason) });
});
