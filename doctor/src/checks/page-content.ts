import type { Level } from '../finding.js';
import { isLoopback } from '../hosts.js';
import { parsePage, readText } from '../page.js';
import type { HttpResponse } from '../request.js';
import type { Text } from '../text.js';

interface Problem {
  what: 'stack' | 'secret';
  level: Level;
  seen: Text;
}

/** Lines of stack traces: JavaScript, Python, Java, PHP, Ruby, Go, C#. */
const STACK = [
  /\bat [\w.<>[\] ]*\(?(?:file:\/\/)?\/[^\s)]+:\d+:\d+\)?/,
  /Traceback \(most recent call last\)|File "[^"]+", line \d+/,
  /\bat [\w.$]+\([\w]+\.java:\d+\)/,
  /#\d+ \/[^\s(]+\.php\(\d+\)/,
  /\.rb:\d+:in [`']/,
  /goroutine \d+ \[running\]/,
  /\bin [A-Z]:\\[^:]+:line \d+/,
];

/** A name of a secret with a value behind it: in JSON, in a query, in a log line. */
const SECRET =
  /(app_?secret|client_secret|\bsecret|access_token|refresh_token|session_key)["']?\s*[=:]\s*["']?[\w+/-]{16,}/i;

/** What must not stand in a page that a visitor sees. On a developer's machine a stack trace is no fault. */
export function judgePage(response: HttpResponse): Problem[] {
  const { headers, body, url } = response;
  const text = (headers['content-type'] ?? '').includes('html') ? readText(parsePage(response)) : body;
  const problems: Problem[] = [];
  if (STACK.some((line) => line.test(text))) {
    problems.push({
      what: 'stack',
      level: isLoopback(url) ? 'warning' : 'fault',
      seen: { en: 'lines of a stack trace', zh: '堆栈信息' },
    });
  }
  const secret = SECRET.exec(body)?.[1];
  if (secret !== undefined) {
    problems.push({
      what: 'secret',
      level: 'fault',
      seen: { en: `${secret}, with a value`, zh: `${secret}，带有值` },
    });
  }
  return problems;
}
