import type { Text } from '../text.js';

/** What an errcode says of the app's configuration, when every login ends with it. */
const CURES: Record<number, Text> = {
  40001: {
    en: 'The AppSecret is wrong, or belongs to another AppID.',
    zh: 'AppSecret 错误，或属于另一个 AppID。',
  },
  40003: {
    en: 'userinfo was asked for with another openid than the token belongs to.',
    zh: '请求用户信息时的 openid 与 access_token 不对应。',
  },
  40013: {
    en: 'The AppID at the exchange is wrong: see blanks and mix-ups.',
    zh: '换取 access_token 时的 AppID 错误：请检查空格和混用。',
  },
  40029: {
    en: 'The code belongs to another AppID: the page and the exchange must use the same one. Or it is changed on the way.',
    zh: 'code 属于另一个 AppID：跳转和换取 access_token 必须使用同一个 AppID；或者 code 在途中被改动。',
  },
  40125: {
    en: "The AppSecret is wrong: copy it again from WeChat's console, without blanks; a reset one is valid at once.",
    zh: 'AppSecret 错误：请从微信后台重新复制，不要带空格；重置后旧的立即失效。',
  },
  40163: {
    en: 'The code had been exchanged before: something calls the callback or the exchange twice.',
    zh: 'code 已被使用：回调或换取 access_token 被执行了两次。',
  },
  40164: {
    en: "Put the server's IP address on the allow list in WeChat's console.",
    zh: '请在微信后台把服务器 IP 加入白名单。',
  },
  41002: {
    en: 'Send the AppID as appid, not as client_id.',
    zh: '请用 appid 传递 AppID，而不是 client_id。',
  },
  41004: {
    en: 'Send the AppSecret as secret, not as client_secret or in a header.',
    zh: '请用 secret 传递 AppSecret，而不是 client_secret 或请求头。',
  },
  41008: { en: 'Send the code as code.', zh: '请用 code 传递 code。' },
  41009: { en: 'Send the openid of the token to userinfo.', zh: '请求用户信息时请带上 openid。' },
  48001: {
    en: 'The token has snsapi_base only: ask for snsapi_userinfo, or do not call userinfo.',
    zh: 'access_token 只有 snsapi_base：请使用 snsapi_userinfo，或不要请求用户信息。',
  },
};

const OTHER: Text = { en: "See WeChat's table of errcodes.", zh: '请查阅微信的全局返回码。' };

export function findCure(errcode: number): Text {
  return CURES[errcode] ?? OTHER;
}
