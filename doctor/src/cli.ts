import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import colors from 'picocolors';
import { examine } from './examine.js';
import type { Finding } from './finding.js';
import { resolveOptions, type ExamineOptions } from './options.js';
import { exitStatus } from './report/exit-status.js';
import { describePlan } from './report/plan.js';
import { Progress } from './report/progress.js';
import { TerminalReport } from './report/terminal.js';
import { PUNCTUATION, word } from './report/words.js';
import type { Language } from './text.js';

interface Flags {
  emulator?: string;
  who?: string;
  users: string;
  lang: Language;
  json?: true;
  desktop?: true;
  wechat?: true;
  network: boolean;
  patience: number;
}

const { version } = JSON.parse(readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8')) as {
  version: string;
};

// An empty variable is as good as none (POSIX, 8.2). Where there are none, as on Windows, Node asks the system.
const locale =
  ['LC_ALL', 'LC_MESSAGES', 'LANG'].map((name) => process.env[name]).find(Boolean) ??
  Intl.DateTimeFormat().resolvedOptions().locale;
const language: Language = /^zh/i.test(locale) ? 'zh' : 'en';

const program = new Command()
  .name('wechat-login-doctor')
  .description('Examines the WeChat login of any web app from outside, as a browser would.')
  .argument('<url>', 'where a login begins: what the login button opens')
  .option(
    '--emulator <url>',
    'a wechat-login-emulator that the app is pointed at: real logins, and every fault',
  )
  .option('--who <url>', 'a page of the app that shows the nickname of who is logged in')
  .option('--users <names>', "two of the emulator's users", 'amei,dawei')
  .option('--desktop', 'as a desktop browser only')
  .option('--wechat', "as WeChat's in-app browser only")
  .option('--no-network', 'leave DNS, connection and proxy of this machine alone')
  .option('--patience <seconds>', 'how long a response may take', parseSeconds, 10)
  .addOption(
    new Option('--lang <language>', 'language of the findings').choices(['en', 'zh']).default(language),
  )
  .option('--json', 'one finding a line, as JSON')
  .version(version)
  // A wrong option examines nothing: 1 is for a login that has a fault.
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .addHelpText(
    'after',
    `
Exit status: 0 nothing wrong, 1 a fault, 2 it could not be examined.

Examples:
  wechat-login-doctor https://shop.example.com/auth/wechat
  wechat-login-doctor http://localhost:3000/auth/wechat --emulator http://127.0.0.1:4810`,
  )
  .action(run);

program.parseAsync().catch((error: unknown) => {
  console.error(
    `error: ${error instanceof TypeError ? error.message : String(error instanceof Error ? error.stack : error)}`,
  );
  process.exitCode = 2;
});

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 600))
    throw new InvalidArgumentError('It must be a number of seconds, at most 600.');
  return seconds;
}

async function run(url: string, flags: Flags): Promise<void> {
  const progress = new Progress(process.stderr);
  const options: ExamineOptions = {
    language: flags.lang,
    desktop: flags.desktop ?? flags.wechat === undefined,
    wechat: flags.wechat ?? flags.desktop === undefined,
    ...(!flags.network && { network: false }),
    ...(flags.emulator !== undefined && { emulator: flags.emulator }),
    ...(flags.who !== undefined && { who: flags.who }),
    users: flags.users.split(',') as [string, string],
    patience: flags.patience * 1000,
    onStep: progress.at,
  };
  try {
    const plan = describePlan(resolveOptions(url, options));
    console.error(
      `${word('plan', flags.lang)}${PUNCTUATION[flags.lang].colon.trimEnd()}\n${plan.map((line) => `  - ${line}`).join('\n')}\n`,
    );
    const findings: Finding[] = [];
    const report = new TerminalReport(flags.lang, colors.isColorSupported);
    for await (const finding of examine(url, options)) {
      findings.push(finding);
      progress.clear();
      const text = flags.json ? JSON.stringify(finding) : report.add(finding);
      if (text !== undefined) console.log(text);
    }
    if (!flags.json) console.log(report.end());
    process.exitCode = exitStatus(findings);
  } finally {
    progress.end();
  }
  // A lookup that nobody waits for any more would hold the process for as long as the resolver likes.
  process.stdout.write('', () => process.exit());
}
