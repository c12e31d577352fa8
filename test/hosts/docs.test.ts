import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const examples = readdirSync(join(__dirname, 'examples')).map((file) => `test/hosts/examples/${file}`);

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

it.each(['docs/hosts.md', 'docs/hosts.zh-CN.md'])('%s shows every example as it is tested', (guide) => {
  const shown = [...read(guide).matchAll(/<!-- (\S+) -->\n\n```ts\n(.*?)```\n/gs)];
  expect(Object.fromEntries(shown.map(([, file, code]) => [file, code]))).toEqual(
    Object.fromEntries(examples.map((file) => [file, read(file)])),
  );
});
