// The processes of a run: the stand-in for WeChat, and one for each subject that is measured.
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { selfSignedCertificate } from 'wechat-login-emulator';

const here = import.meta.dirname;

export async function startStandIn(delay) {
  const { key, cert } = await selfSignedCertificate();
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const certificate = path.join(folder, 'certificate.pem');
  writeFileSync(certificate, cert);
  const child = fork(path.join(here, 'stand-in.mjs'), {
    env: { ...process.env, STAND_IN: JSON.stringify({ key, cert, delay }) },
  });
  const [{ port, far }] = await once(child, 'message');

  /** Whatever a measured process needs to take the stand-in for WeChat. */
  const options = (line) => ({
    execArgv: ['--require', path.join(here, 'redirect.cjs'), '--expose-gc'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NODE_EXTRA_CA_CERTS: certificate,
      STAND_IN_PORT: String(line === 'far' ? far : port),
    },
  });
  const tell = async (message) => {
    child.send(message);
    await once(child, 'message');
  };
  return { options, tell, stop: () => child.disconnect() };
}

/** A process with one subject. `ask` has it measure something. */
export async function startWorker(standIn, subject, line = 'near') {
  const child = fork(path.join(here, 'worker.mjs'), [subject], standIn.options(line));
  await once(child, 'message');
  const ask = async (measure, options) => {
    child.send({ measure, ...options });
    const [{ result, error }] = await once(child, 'message');
    if (error) throw new Error(`${subject}, ${measure}: ${error}`);
    return result;
  };
  return { subject, ask, stop: () => child.disconnect() };
}

/** An Express app with one strategy. `cpuOf` tells the milliseconds of CPU that it spends on what is done to it. */
export async function startExpressApp(standIn, subject) {
  const child = fork(path.join(here, 'express-app.mjs'), [subject], standIn.options('near'));
  const [{ port }] = await once(child, 'message');
  const tell = async (message) => {
    child.send(message);
    return (await once(child, 'message'))[0];
  };
  const cpuOf = async (work) => {
    await tell('start');
    await work();
    return (await tell('stop')).cpu;
  };
  return { subject, port, cpuOf, stop: () => child.disconnect() };
}

/** What a script prints in a new Node process. */
export async function printedBy(script) {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: here,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  return stdout;
}

/** Starts a process for each subject, has `measure` use them all, and stops them. */
export async function withEach(subjects, start, measure) {
  const started = await Promise.all(subjects.map(start));
  try {
    return await measure(started);
  } finally {
    for (const { stop } of started) stop();
  }
}

/**
 * Each subject in turn, `rounds` times, so that whatever else the machine does meets all of them. The rounds of
 * warming up before are in turn, too: a process that waits for long while others warm up loses compiled code, and
 * begins cold.
 */
export async function inTurn(workers, { warmUp = 0, rounds }, measure) {
  const samples = new Map(workers.map(({ subject }) => [subject, []]));
  for (let round = 0; round < warmUp + rounds; round++) {
    for (let i = 0; i < workers.length; i++) {
      const worker = workers[(i + round) % workers.length];
      const sample = await measure(worker);
      if (round >= warmUp) samples.get(worker.subject).push(sample);
    }
  }
  return samples;
}
