import type { Finding } from 'wechat-login-doctor';
import { examineApp } from './foreign-apps.js';

jest.setTimeout(300_000);
test.each(['passport-wechat-oauth2','passport-wechat','passport-weixin','Auth.js','better-auth'])('%s', async (name) => {
  const args = name.includes('inside') ? ['--wechat'] : [];
  const findings: Finding[] = await examineApp(name, args);
  console.log(name + '\n' + findings.map(({ id, level, seen }) => `${level.padEnd(8)} ${id.padEnd(45)} ${seen}`).join('\n'));
});
