import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const root = join(__dirname, '../..');

it('every file of lib/ is in a group of the mutation tests, and every test that a group names exists', () => {
  const program =
    "import { mistakes } from './scripts/mutation-groups.mjs'; console.log(JSON.stringify(mistakes([])));";
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: root });
  expect(JSON.parse(String(output))).toEqual([]);
});

/** What each file of a folder imports of that folder, types included. */
function readImports(folder: string): Map<string, string[]> {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(root, folder, file), 'utf8'));
      const names = importedFiles.map(({ fileName }) => fileName).filter((name) => name.startsWith('.'));
      return [file, names.map((name) => join(dirname(file), name).replace(/\.js$/, '.ts'))];
    }),
  );
}

/** The first way from a file back to itself. */
function findCycle(imports: Map<string, string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const next of imports.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

it.each(['lib', 'emulator/src', 'doctor/src'])(
  'no file of %s imports itself through others, not even a type',
  (folder) => {
    const imports = readImports(folder);
    expect([...imports.values()].flat()).not.toEqual([]);
    expect(findCycle(imports)).toBeUndefined();
  },
);

/** Which of these lines the lint refuses, each in its file. */
function findRefused(rows: [file: string, line: string][]): string[] {
  const program = `
    import { ESLint } from 'eslint';
    const eslint = new ESLint({
      ruleFilter: ({ ruleId }) => ruleId === '@typescript-eslint/no-restricted-imports',
      overrideConfig: { languageOptions: { parserOptions: { projectService: false } } },
    });
    const refused = [];
    for (const [filePath, line] of ${JSON.stringify(rows)}) {
      const [{ messages }] = await eslint.lintText(line, { filePath });
      if (messages.some(({ fatal }) => fatal)) throw new Error(messages[0].message);
      if (messages.some(({ ruleId }) => ruleId !== null)) refused.push(filePath + ': ' + line);
    }
    console.log(JSON.stringify(refused));`;
  return JSON.parse(
    String(execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: root })),
  ) as string[];
}

const REFUSED: [file: string, line: string][] = [
  ['lib/client.ts', "import passport from 'passport';"],
  ['lib/client.ts', "import { Strategy } from 'passport-oauth2';"],
  ['lib/client.ts', "import express from 'express';"],
  ['lib/options.ts', "import https from 'node:https';"],
  ['lib/strategy.ts', "import http from 'http';"],
  ['lib/strategy.ts', "import passport from 'passport';"],
  ['lib/login/apps.ts', "import { resolveOptions } from '../options.js';"],
  ['lib/login/apps.ts', "import { authorizationURL } from '../authorization-url.js';"],
  ['lib/login/apps.ts', "import type { WeChatStrategy } from '../strategy.js';"],
  ['lib/login/apps.ts', "import axios from 'axios';"],
  ['lib/state/store.ts', "import type { WeChatStrategyOptions } from '../options.js';"],
  ['lib/state/store.ts', "import type { Api } from '../api/request.js';"],
  ['lib/api/host.ts', "import type { Request } from 'express';"],
  ['lib/api/host.ts', "import type { App } from '../login/apps.js';"],
  ['lib/api/host.ts', "import type { WeChatProfile } from '../profile.js';"],
  ['lib/util/assert.ts', "import tls from 'node:tls';"],
  ['lib/util/assert.ts', "import express from 'express';"],
  ['lib/util/assert.ts', "import type { WeChatPlatform } from '../platform.js';"],
  ['lib/index.ts', "import { startEmulator } from 'wechat-login-emulator';"],
  ['emulator/src/records/journal.ts', "import type { Backend } from '../backend.js';"],
];

const ALLOWED: [file: string, line: string][] = [
  ['lib/strategy.ts', "import { Strategy } from 'passport-oauth2';"],
  ['lib/options.ts', "import type { AuthenticateOptions } from 'passport';"],
  ['lib/login/apps.ts', "import type { AnyStrategyOptions } from '../options.js';"],
  ['lib/login/apps.ts', "import type { Request } from 'express';"],
  ['lib/state/store.ts', "import type { WeChatPlatform } from '../platform.js';"],
  ['lib/api/host.ts', "import https from 'node:https';"],
  ['lib/util/secure-origin.ts', "import { isIP } from 'node:net';"],
];

it('the lint holds who may import whom', () => {
  expect(findRefused([...REFUSED, ...ALLOWED])).toEqual(REFUSED.map((row) => row.join(': ')));
});
