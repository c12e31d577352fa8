const DEVELOPERS = 'https://developers.weixin.qq.com';

/** Where the facts come from that several checks rest on. */
export const SOURCES = {
  websiteLogin: `${DEVELOPERS}/doc/oplatform/developers/dev/auth/web.md`,
  wxLogin: `${DEVELOPERS}/doc/oplatform/Website_App/WeChat_Login/Wechat_Login.html`,
  inWeChat: `${DEVELOPERS}/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html`,
  troubleshooting: `${DEVELOPERS}/doc/oplatform/developers/troubleshooting/auth.html`,
  domains: `${DEVELOPERS}/doc/oplatform/developers/basic_func/domain.md`,
  token: `${DEVELOPERS}/doc/service/api/webdev/access/api_snsaccesstoken`,
  codeLife: `${DEVELOPERS}/doc/knowledge/6da3dfc71a36950a.md`,
  snapshot: `${DEVELOPERS}/community/develop/doc/000c2c34068880629ced91a2f56001`,
  hosts: `${DEVELOPERS}/doc/service/Basic_Information/Interface_field_description.html`,
  denial: `${DEVELOPERS}/community/develop/doc/000c8c095d07204ec0844330461000`,
  csrf: 'https://www.rfc-editor.org/rfc/rfc6749#section-10.12',
  bestPractice: 'https://www.rfc-editor.org/rfc/rfc9700',
  cookies: 'https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis',
  longState: 'https://github.com/casdoor/casdoor/issues/867',
  loop: 'https://github.com/Eric-Guo/wechat/issues/192',
  doubleCallback: 'https://github.com/chanxuehong/wechat/issues/226',
  usedCode: 'https://github.com/w7corp/easywechat/issues/714',
  undefinedUser: 'https://github.com/ik0r/passport-weixin/issues/2',
  qrCapture: 'https://github.com/RadonX/ima-copilot-for-firefox',
} as const;
