import type { Backend } from '../backend.js';
import { localizeName, type Hint } from '../shared/hint.js';

/** What an unknown appid really is, if that is known. */
export function explainAppid({ options }: Backend, appid: string): Hint | undefined {
  const known = [...options.apps, ...options.components];
  const owner = known.find(({ secret }) => secret === appid);
  return (
    owner && {
      en: `This is the AppSecret of ${localizeName(owner).en} (${owner.appid}): are appid and secret swapped? A secret in the browser's address bar is no secret any more: reset it.`,
      zh: `这是${owner.name}（${owner.appid}）的 AppSecret：appid 和 secret 是否填反了？出现在浏览器地址栏里的 AppSecret 已经泄露，请重置。`,
    }
  );
}

/** What a wrong secret really is, if that is known. */
export function explainSecret({ options }: Backend, secret: string): Hint | undefined {
  const known = [...options.apps, ...options.components];
  const named = known.find(({ appid }) => appid === secret);
  if (named) {
    return {
      en: `This is the appid of ${localizeName(named).en}: are appid and secret swapped?`,
      zh: `这是${named.name}的 appid：appid 和 secret 是否填反了？`,
    };
  }
  const owner = known.find((app) => app.secret === secret);
  return (
    owner && {
      en: `This is the AppSecret of another app, ${localizeName(owner).en} (${owner.appid}).`,
      zh: `这是另一个应用 ${owner.name}（${owner.appid}）的 AppSecret。`,
    }
  );
}
