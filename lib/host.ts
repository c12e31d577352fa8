/** A host of the API. */
export interface Host {
  /** Such as `https://api.weixin.qq.com`. */
  readonly origin: string;
  /** Such as `api.weixin.qq.com`, with the port where there is one. */
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
  readonly secure: boolean;
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
  };
}
