// Makes a release: one version for both packages, the changelog, all checks, a commit and a tag.
//
//   npm run release -- 1.2.0 [--dry-run]
//
// Pushing the tag publishes it, see .github/workflows/release.yml. A dry run only says what would be done.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import semver from 'semver';

const FILES = {
  strategy: 'package.json',
  emulator: 'emulator/package.json',
  example: 'examples/express-app/package.json',
  changelog: 'CHANGELOG.md',
  lock: 'package-lock.json',
};
const CHECKS = ['check', 'test', 'test:package'];
const UNRELEASED = '## [Unreleased]\n';

function git(...args) {
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}

function npm(...args) {
  execFileSync('npm', args, { stdio: 'inherit' });
}

function refuseIf(condition, reason) {
  if (condition) throw new Error(reason);
}

/** Refuses what cannot be released. */
function checkState(version, packages, changelog) {
  refuseIf(
    version === undefined || semver.valid(version) !== version,
    'Name the new version: npm run release -- 1.2.0',
  );
  // The version that is here can be released, too, as long as it has no tag: so the first one is.
  refuseIf(
    semver.lt(version, packages.strategy.version),
    `${version} is older than ${packages.strategy.version}, the version that is here.`,
  );
  refuseIf(git('branch', '--show-current') !== 'main', 'Releases are made on the branch main.');
  refuseIf(git('status', '--porcelain') !== '', 'Commit what you have changed, or put it away, first.');
  refuseIf(git('tag', '--list', `v${version}`) !== '', `There is a tag v${version} already.`);
  refuseIf(
    ['strategy', 'emulator'].some((name) => !packages[name].repository),
    'npm tells where a package was built only if its package.json names the repository: set "repository" in both.',
  );
  const [, unreleased] = changelog.split(UNRELEASED);
  refuseIf(
    !unreleased?.split(/^## /m)[0].trim(),
    'CHANGELOG.md has nothing under "## [Unreleased]": write down what has changed.',
  );
}

function writeVersion(version, packages, changelog) {
  packages.strategy.version = version;
  packages.emulator.version = version;
  packages.example.dependencies['wechat-login-emulator'] = `^${version}`;
  for (const [name, json] of Object.entries(packages)) {
    writeFileSync(FILES[name], `${JSON.stringify(json, null, 2)}\n`);
  }
  const today = new Date().toISOString().slice(0, 10);
  writeFileSync(
    FILES.changelog,
    changelog.replace(UNRELEASED, `${UNRELEASED}\n## [${version}] - ${today}\n`),
  );
  npm('install', '--package-lock-only', '--ignore-scripts');
}

function release() {
  const { values, positionals } = parseArgs({
    options: { 'dry-run': { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [version] = positionals;
  const packages = Object.fromEntries(
    ['strategy', 'emulator', 'example'].map((name) => [name, JSON.parse(readFileSync(FILES[name], 'utf8'))]),
  );
  const changelog = readFileSync(FILES.changelog, 'utf8');
  checkState(version, packages, changelog);
  if (values['dry-run']) {
    console.log(`Would set the version to ${version} in ${Object.values(FILES).join(', ')},`);
    console.log(`run ${CHECKS.join(', ')}, commit and tag v${version}.`);
    return;
  }
  try {
    writeVersion(version, packages, changelog);
    for (const check of CHECKS) npm('run', check);
  } catch (error) {
    // The tree was clean, so nothing of anybody's is lost.
    git('checkout', '--', ...Object.values(FILES));
    throw error;
  }
  git('commit', '--message', `Release ${version}`, '--', ...Object.values(FILES));
  git('tag', '--annotate', '--message', `Release ${version}`, `v${version}`);
  console.log(`Ready. This publishes it: git push origin main v${version}`);
}

try {
  release();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
