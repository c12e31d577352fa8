/** A host of the API. */
export interface Host {
  /** Such as `https://api.weixin.qq.com`. */
  readonly origin: string;
  /** Such as `api.weixin.qq.com`, with the port where there is one. */
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
  readonly secure: boolean;
  /** Whether the environment named a proxy for it when the strategy or client was made. */
  readonly proxied: boolean;
}

export function hostOf(origin: string): Host {
  const { host, hostname, port, protocol } = new URL(origin);
  const secure = protocol === 'https:';
  return {
    origin,
    host,
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port || (secure ? '443' : '80'),
    secure,
    proxied: environmentNamesProxy(secure),
  };
}

/** Not asked for each call: a look into `process.env` costs more than the rest of what is done before one. */
function environmentNamesProxy(secure: boolean): boolean {
  const names = secure ? ['https_proxy', 'HTTPS_PROXY'] : ['http_proxy', 'HTTP_PROXY'];
  return [...names, 'all_proxy', 'ALL_PROXY'].some((name) => process.env[name]);
}
