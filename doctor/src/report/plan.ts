import { COMING_BACK_CASES } from '../checks/coming-back.js';
import { SCENARIOS } from '../conformance/scenarios.js';
import type { ResolvedOptions } from '../options.js';
import { showUrl } from '../redact.js';

/** What an examination will do, told before it starts. */
export function describePlan(options: ResolvedOptions): string[] {
  const { url, emulator, who, language, network, patience } = options;
  const seconds = patience / 1000;
  const visits = (options.desktop ? 2 : 0) + (options.wechat ? 2 : 0);
  const site = showUrl(url);
  if (language === 'zh') {
    return [
      `以${[options.desktop ? '桌面浏览器' : '', options.wechat ? '微信内置浏览器' : ''].filter(Boolean).join('和')}的身份，在 ${site} 发起 ${visits} 次登录`,
      emulator ? `在 ${emulator.origin} 打开微信页面` : '打开一次 open.weixin.qq.com 的登录页面',
      `再发起 ${COMING_BACK_CASES} 次登录，带着编造的 code 返回，每次最多等待 ${seconds} 秒`,
      ...(network ? ['解析并连接微信的 API 域名，不发送任何请求'] : []),
      ...(emulator ? [`用模拟器完成登录和 ${SCENARIOS.length} 种故障，并清空模拟器的记录`] : []),
      ...(who ? [`每次之后打开 ${showUrl(who)}`] : []),
    ];
  }
  const browsers = [
    options.desktop ? 'a desktop browser' : '',
    options.wechat ? 'WeChat’s in-app browser' : '',
  ];
  return [
    `begin ${visits} logins at ${site}, as ${browsers.filter(Boolean).join(' and ')}`,
    emulator ? `open WeChat’s page at ${emulator.origin}` : 'open the login page of open.weixin.qq.com once',
    `begin ${COMING_BACK_CASES} more, and come back with a made-up code, waiting ${seconds} s at most for each`,
    ...(network ? ['resolve WeChat’s API hosts and connect to one, and send nothing'] : []),
    ...(emulator
      ? [`play logins and ${SCENARIOS.length} faults with the emulator, whose records are cleared`]
      : []),
    ...(who ? [`open ${showUrl(who)} after each`] : []),
  ];
}
