// Makes a release: one version for all packages, a changelog for each, all checks, a commit and a tag.
//
//   npm run release -- 1.2.0 [--dry-run]
//
// Pushing the tag publishes it, see .github/workflows/release.yml. A dry run goes through it to the end and changes
// nothing: it packs every package, and says what would be written, and what only a person can do.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import semver from 'semver';

/** The folders of the packages that are published. */
const PUBLISHED = ['.', 'emulator', 'doctor'].filter((folder) => existsSync(join(folder, 'package.json')));
const MANIFESTS = [...PUBLISHED, 'examples/express-app'].map((folder) => join(folder, 'package.json'));
const CHANGELOGS = PUBLISHED.map((folder) => join(folder, 'CHANGELOG.md'));
const FILES = [...MANIFESTS, ...CHANGELOGS, 'package-lock.json'];
const CHECKS = ['check', 'test', 'test:package'];
const UNRELEASED = '## [Unreleased]\n';

const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
const readJSON = (file) => JSON.parse(readFileSync(file, 'utf8'));

function refuseIf(condition, reason) {
  if (condition) throw new Error(reason);
}

/** Refuses what cannot be released. */
function assertReleasable(version) {
  refuseIf(
    version === undefined || semver.valid(version) !== version,
    'Name the new version: npm run release -- 1.2.0',
  );
  const { version: current } = readJSON('package.json');
  // The current version can be released, too, as long as it has no tag: so the first one is.
  refuseIf(semver.lt(version, current), `${version} is older than ${current}, the version that is here.`);
  refuseIf(git('branch', '--show-current') !== 'main', 'Releases are made on the branch main.');
  refuseIf(git('status', '--porcelain') !== '', 'Commit what you have changed, or put it away, first.');
  refuseIf(git('tag', '--list', `v${version}`) !== '', `There is a tag v${version} already.`);
  for (const file of CHANGELOGS) {
    const [, unreleased] = readFileSync(file, 'utf8').split(UNRELEASED);
    refuseIf(
      !unreleased?.split(/^## /m)[0].trim(),
      `${file} has nothing under "## [Unreleased]": write down what has changed, or that nothing has.`,
    );
  }
}

/** What no program can do. */
function leftToAPerson() {
  const without = MANIFESTS.slice(0, PUBLISHED.length).filter((file) => !readJSON(file).repository);
  return [
    ...(without.length > 0
      ? [`set "repository" in ${without.join(', ')}: npm shows from it where a package was built`]
      : []),
    'have the names of the packages on npm, and this repository with its workflow release.yml and its environment "npm" as the trusted publisher of each',
  ];
}

function writeVersion(version) {
  for (const file of MANIFESTS) {
    const json = readJSON(file);
    if (!json.private) json.version = version;
    for (const { name } of PUBLISHED.map((folder) => readJSON(join(folder, 'package.json')))) {
      if (json.dependencies?.[name]) json.dependencies[name] = `^${version}`;
    }
    writeFileSync(file, `${JSON.stringify(json, null, 2)}\n`);
  }
  const today = new Date().toISOString().slice(0, 10);
  for (const file of CHANGELOGS) {
    const heading = `${UNRELEASED}\n## [${version}] - ${today}\n`;
    writeFileSync(file, readFileSync(file, 'utf8').replace(UNRELEASED, heading));
  }
  npm('install', '--package-lock-only', '--ignore-scripts');
}

function npm(...args) {
  execFileSync('npm', args, { stdio: 'inherit' });
}

/** What npm would publish of each package as it is built here. */
function describePackages(version) {
  return PUBLISHED.map((folder) => {
    const args = ['pack', '--dry-run', '--json', '--ignore-scripts', `./${folder}`];
    const [packed] = JSON.parse(
      execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
    const { publishConfig } = readJSON(join(folder, 'package.json'));
    const provenance = publishConfig?.provenance ? 'with provenance' : 'WITHOUT provenance';
    return `${packed.name}@${version}: ${packed.files.length} files, ${Math.ceil(packed.size / 1000)} kB packed, ${provenance}`;
  });
}

function release() {
  const { values, positionals } = parseArgs({
    options: { 'dry-run': { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [version] = positionals;
  assertReleasable(version);
  const left = leftToAPerson();
  if (values['dry-run']) {
    console.log(`Would set the version to ${version} in ${FILES.join(', ')},`);
    console.log(`run ${CHECKS.join(', ')}, commit and tag v${version}. The tag, once pushed, publishes:`);
    for (const line of describePackages(version)) console.log(`- ${line}`);
    console.log('Only you can');
    for (const line of left) console.log(`- ${line}.`);
    return;
  }
  refuseIf(left.length > 1, `Before a release, ${left[0]}.`);
  try {
    writeVersion(version);
    for (const check of CHECKS) npm('run', check);
  } catch (error) {
    // The tree was clean, so nothing of anybody's is lost.
    git('checkout', '--', ...FILES);
    throw error;
  }
  git('commit', '--message', `Release ${version}`, '--', ...FILES);
  git('tag', '--annotate', '--message', `Release ${version}`, `v${version}`);
  console.log(`Ready. This publishes it: git push origin main v${version}`);
}

try {
  release();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
