/** Parameters whose value may be shown: they are WeChat's vocabulary, or public in any login's URL. */
const PUBLIC = new Set([
  ...['appid', 'client_id', 'response_type', 'scope', 'lang', 'login_type', 'self_redirect', 'style'],
  ...['stylelite', 'fast_login', 'connect_redirect', 'forcePopup', 'forceSnapShot', 'code_challenge_method'],
]);

/** A URL for people to read: of other parameters only the length of the value stays, and no user and password. */
export function showUrl(address: string | URL): string {
  const text = String(address);
  if (!URL.canParse(text)) return `${text.split(/[?#]/)[0]?.slice(0, 200) ?? ''}…`;
  const { protocol, host, pathname, searchParams, hash } = new URL(text);
  const query = [...searchParams].map(([name, value]) => `${show(name)}=${showValue(name, value)}`);
  const fragment = hash === '' ? '' : hash === '#wechat_redirect' ? hash : '#…';
  return `${protocol}//${host}${pathname}${query.length === 0 ? '' : `?${query.join('&')}`}${fragment}`;
}

function showValue(name: string, value: string): string {
  if (name === 'redirect_uri') return showUrl(value);
  return PUBLIC.has(name) ? show(value) : `***(${value.length})`;
}

/** A short text from outside: no control characters, which a terminal would obey, and no long strings. */
export function show(text: string): string {
  const printable = text.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?');
  return printable.length > 80 ? `${printable.slice(0, 80)}…` : printable;
}
