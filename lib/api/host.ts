import { getProxyForUrl } from 'proxy-from-env';

/** A host of the API. */
export interface Host {
  /** Such as `https://api.weixin.qq.com`. */
  readonly origin: string;
  /**
   * Host and port as in the `Host` header: `api.weixin.qq.com`; the port stands there only if it is not the usual
   * one.
   */
  readonly authority: string;
  readonly hostname: string;
  readonly port: string;
  readonly secure: boolean;
}

export function parseHost(origin: string): Host {
  const { host, hostname, port, protocol } = new URL(origin);
  const secure = protocol === 'https:';
  return {
    origin,
    authority: host,
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port || (secure ? '443' : '80'),
    secure,
  };
}

/**
 * The proxy that `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` name for a host. It may hold the proxy's
 * password.
 *
 * @throws TypeError if it is not an http(s) URL
 */
export function proxyFromEnvironment({ origin }: Host): URL | undefined {
  const proxy = getProxyForUrl(origin);
  if (proxy === '') return undefined;
  if (URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol)) return new URL(proxy);
  throw new TypeError(
    'The proxy that the environment names (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY) is not an http:// or https:// URL.',
  );
}
