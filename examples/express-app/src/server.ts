import { existsSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from './app.js';
import { readConfig } from './config.js';
import { openDatabase } from './database.js';
import { People } from './people.js';
import { createSessions } from './sessions.js';
import { findWeChat } from './which-wechat.js';

async function start(): Promise<void> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = readConfig(process.env);
  const wechat = await findWeChat(config).catch((error: unknown) => {
    throw portTaken(error, 'EMULATOR_PORT', config.emulatorPort);
  });
  const database = await openDatabase(config.database).catch(async (error: unknown) => {
    await wechat.close();
    throw error;
  });
  const sessions = createSessions(config);
  const server = createServer(createApp(config, wechat, new People(database), sessions));

  /** Answers what has been asked already, and ends. */
  async function stop(): Promise<void> {
    await new Promise((resolve) => server.close(resolve));
    await sessions.close();
    await wechat.close();
    await database.close();
  }

  server.listen(config.port);
  try {
    await once(server, 'listening');
  } catch (error) {
    await stop();
    throw portTaken(error, 'PORT', config.port);
  }

  const { port } = server.address() as AddressInfo;
  const open = config.publicUrl
    ? `open ${config.publicUrl} (served on port ${port})`
    : `open http://localhost:${port}`;
  const why = config.apps ? '' : 'no WECHAT_APP_ID: ';
  if (config.isProduction && !config.redisUrl) {
    console.warn('sessions are in memory, which is for one process and for no restart: set REDIS_URL');
  }
  console.log(wechat.isEmulator ? `${open}\n${why}using the emulator at ${wechat.frameOrigin}` : open);

  // A second Ctrl+C ends at once.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop());
}

function portTaken(error: unknown, variable: string, port: number): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) return error;
  return new Error(
    `Port ${port} is in use by another program. Choose another one: ${variable}=${port + 1} npm start`,
  );
}

start().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
