// PostgreSQL and MariaDB servers of one's own, in a temporary folder and on a free port: for the tests and the
// benchmark.
const { execFile, execFileSync, spawn } = require('node:child_process');
const { once } = require('node:events');
const { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } = require('node:fs');
const { createServer } = require('node:net');
const { tmpdir } = require('node:os');
const path = require('node:path');
const { promisify } = require('node:util');

const execute = promisify(execFile);

/** Where Debian and Homebrew put what is not in PATH. */
function postgresFolder() {
  const versions = '/usr/lib/postgresql';
  const debian = existsSync(versions)
    ? readdirSync(versions).map((version) => `${versions}/${version}/bin`)
    : [];
  const folders = [
    process.env.POSTGRES_BIN ?? '',
    ...debian,
    '/opt/homebrew/bin',
    '/usr/local/bin',
    '/usr/bin',
  ];
  return folders.find((folder) => existsSync(path.join(folder, 'initdb')));
}

const mariadb = [process.env.MARIADBD_PATH ?? '', '/usr/sbin/mariadbd', '/opt/homebrew/bin/mariadbd'].find(
  (file) => existsSync(file),
);

/** Neither server runs as root; both packages bring a user of their own. */
async function userOf(name) {
  if (process.getuid?.() !== 0) return {};
  const [uid, gid] = await Promise.all(
    ['-u', '-g'].map(async (option) => Number((await execute('id', [option, name])).stdout)),
  );
  return { uid, gid };
}

/** Below those that systems give away by themselves, so that nobody has it when the server starts again. */
async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 9_000);
    const server = createServer();
    const isFree = await new Promise((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

function children(pid) {
  try {
    return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return []; // has none
  }
}

async function until(work) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === 300) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function serverIn(user, commands) {
  const owner = await userOf(user);
  const folder = mkdtempSync(path.join(tmpdir(), `${user}-`));
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid);
  const options = { ...owner, cwd: folder };
  const port = await freePort();
  const { install, run, ready, create, url } = commands(folder, port);
  await execute(...install, options);
  let server;
  // Not after a test that ran out of its time, either.
  const kill = () => server?.kill('SIGKILL');
  process.once('exit', kill);

  const isRunning = () => server !== undefined && server.exitCode === null && server.signalCode === null;

  async function start() {
    await until(() => {
      // PostgreSQL does not start while processes of the one before still end.
      if (!isRunning()) server = spawn(...run, { ...options, stdio: 'ignore' });
      return execute(...ready, options);
    });
  }

  /** PostgreSQL has a process for each connection, in a group of its own. */
  function signal(name) {
    server.kill(name);
    for (const pid of children(server.pid)) process.kill(pid, name);
  }

  async function end(name) {
    if (!isRunning()) return;
    server.kill(name);
    await once(server, 'exit');
  }

  await start();
  return {
    createDatabase: async (name) => {
      await execute(...create(name), options);
      return url(name);
    },
    start,
    end,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    stop: async () => {
      await end('SIGKILL');
      process.off('exit', kill);
      rmSync(folder, { recursive: true });
    },
  };
}

const bin = postgresFolder();

exports.servers = {
  PostgreSQL: {
    isInstalled: bin !== undefined,
    howTo:
      'PostgreSQL was not found. Install it (Debian: apt install postgresql), or name the folder of initdb with POSTGRES_BIN',
    start: () =>
      serverIn('postgres', (folder, port) => {
        const connection = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'];
        const settings = [
          'listen_addresses=127.0.0.1',
          'unix_socket_directories=',
          'fsync=off',
          'max_connections=100',
        ];
        return {
          install: [
            `${bin}/initdb`,
            ['-D', 'data', '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
          ],
          run: [
            `${bin}/postgres`,
            ['-D', 'data', '-p', String(port), ...settings.flatMap((one) => ['-c', one])],
          ],
          ready: [`${bin}/pg_isready`, connection],
          create: (name) => [`${bin}/createdb`, [...connection, name]],
          url: (name) => `postgres://postgres@127.0.0.1:${port}/${name}`,
        };
      }),
  },
  MariaDB: {
    isInstalled: mariadb !== undefined,
    howTo:
      'MariaDB was not found. Install it (Debian: apt install mariadb-server), or name its server with MARIADBD_PATH',
    start: () =>
      serverIn('mysql', (folder, port) => {
        const data = path.join(folder, 'data');
        const connection = ['--no-defaults', '--protocol=tcp', '-h127.0.0.1', `-P${port}`, '-uroot'];
        const install = ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal'];
        const run = ['--no-defaults', `--datadir=${data}`, `--port=${port}`, '--bind-address=127.0.0.1'];
        return {
          install: ['mariadb-install-db', [...install, '--skip-test-db']],
          // Written to the system at each commit: a server that is killed loses none.
          run: [mariadb, [...run, `--socket=${folder}/socket`, '--innodb-flush-log-at-trx-commit=2']],
          ready: ['mariadb-admin', [...connection, 'ping']],
          // Of a server that is set up as they used to be: the tables must say for themselves what they need.
          create: (name) => [
            'mariadb',
            [...connection, '-e', `CREATE DATABASE ${name} CHARACTER SET latin1`],
          ],
          url: (name) => `mysql://root@127.0.0.1:${port}/${name}`,
        };
      }),
  },
};
