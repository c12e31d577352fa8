import { load, type CheerioAPI } from 'cheerio/slim';
import type { HttpResponse } from './request.js';
import { loginPageAt } from './wechat.js';

/** A form or a link that says that it leads to WeChat. */
export interface LoginControl {
  method: 'GET' | 'POST';
  url: URL;
  fields: [string, string][];
}

/** The page of a response, or an empty one if it is something else. */
export function parsePage({ body, headers }: HttpResponse): CheerioAPI {
  return load(/html|xml/.test(headers['content-type'] ?? 'text/html') ? body : '');
}

/** The text of a page on one line, without scripts. */
export function readText(page: CheerioAPI): string {
  const copy = load(page.html());
  copy('script, style').remove();
  return copy.text().replace(/\s+/g, ' ').trim();
}

/** A URL of WeChat's in the page: the source of a frame, or a link. */
export function findWeChatUrl(page: CheerioAPI, base: URL): { url: URL; how: 'frame' | 'link' } | undefined {
  for (const [selector, attribute, how] of [
    ['iframe[src]', 'src', 'frame'],
    ['a[href]', 'href', 'link'],
  ] as const) {
    for (const element of page(selector).toArray()) {
      const address = page(element).attr(attribute) ?? '';
      if (!URL.canParse(address, base.href)) continue;
      const url = new URL(address, base);
      if (loginPageAt(url)) return { url, how };
    }
  }
  return undefined;
}

/** A URL of WeChat's in a JSON response, from which a script of the app's would send the browser on. */
export function findUrlInJson({ body, headers }: HttpResponse): { url: URL; how: 'JSON' } | undefined {
  if (!(headers['content-type'] ?? '').includes('json')) return undefined;
  const text = body.replaceAll('\\/', '/').replaceAll('\\u0026', '&');
  const address =
    /https?:\/\/[^"\s]+\/connect\/(?:qrconnect|oauth2\/authorize)\?[^"\s]*/.exec(text)?.[0] ?? '';
  return URL.canParse(address) ? { url: new URL(address), how: 'JSON' } : undefined;
}

/** Options of `WxLogin` that wxLogin.js puts into the URL, in its order. */
const WXLOGIN_OPTIONS = ['appid', 'scope', 'redirect_uri', 'state'];

/**
 * The URL that wxLogin.js would give its frame: from `new WxLogin({...})` in a script of the page, or from options in
 * JSON in a `data-` attribute. Scripts are not run.
 */
export function findWxLogin(page: CheerioAPI): URL | undefined {
  if (page('script[src*="wxLogin.js"]').length === 0 && !page('script').text().includes('WxLogin'))
    return undefined;
  const options = wxLoginOptions(page);
  if (options['appid'] === undefined || options['redirect_uri'] === undefined) return undefined;
  const [script] = page('script[src*="wxLogin.js"]').toArray();
  const source = page(script).attr('src') ?? '';
  // An app that is pointed at an emulator loads the script from there.
  const origin =
    URL.canParse(source) && !/res\d*\.wx\.qq\.com/.test(source)
      ? new URL(source).origin
      : 'https://open.weixin.qq.com';
  // wxLogin.js concatenates: whoever writes its options encodes redirect_uri.
  const query = WXLOGIN_OPTIONS.map((name) => `${name}=${options[name] ?? ''}`).join('&');
  return new URL(`${origin}/connect/qrconnect?${query}&login_type=jssdk`);
}

function wxLoginOptions(page: CheerioAPI): Record<string, string> {
  const call = /new\s+WxLogin\s*\(\s*\{([^}]*)\}/.exec(page('script').text())?.[1];
  if (call !== undefined) {
    return Object.fromEntries(
      [...call.matchAll(/["']?(\w+)["']?\s*:\s*(encodeURIComponent\()?\s*(["'`])([^"'`]*)\3/g)].map(
        ([, name = '', encode, , value = '']) => [name, encode ? encodeURIComponent(value) : value],
      ),
    );
  }
  for (const element of page('[data-options]').toArray()) {
    try {
      const options: unknown = JSON.parse(page(element).attr('data-options') ?? '');
      if (typeof options === 'object' && options !== null) {
        return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, String(value)]));
      }
    } catch {
      // Another script's.
    }
  }
  return {};
}

const NAMED_WECHAT = /wechat|weixin|微信/i;

/** A form, or else a link, whose address or text names WeChat: what a user would press. */
export function findLoginControl(page: CheerioAPI, base: URL): LoginControl | undefined {
  for (const element of page('form').toArray()) {
    const form = page(element);
    const action = form.attr('action') ?? base.href;
    if (!NAMED_WECHAT.test(action + form.text()) || !URL.canParse(action, base.href)) continue;
    const fields = form
      .find('input[type=hidden], button[name]')
      .toArray()
      .map((input): [string, string] => [page(input).attr('name') ?? '', page(input).attr('value') ?? '']);
    const method = form.attr('method')?.toUpperCase() === 'POST' ? 'POST' : 'GET';
    return { method, url: new URL(action, base), fields };
  }
  for (const element of page('a[href]').toArray()) {
    const href = page(element).attr('href') ?? '';
    if (!NAMED_WECHAT.test(href + page(element).text()) || !URL.canParse(href, base.href)) continue;
    const url = new URL(href, base);
    if (url.href !== base.href) return { method: 'GET', url, fields: [] };
  }
  return undefined;
}
