import { EnvHttpProxyAgent, fetch } from 'undici';
import { ToolError } from '../errors.js';
import { LOOPBACK } from './base-url.js';
import type { Fetch } from './client.js';

export interface TransportOptions {
  /** Of this server, for the User-Agent header. */
  readonly version: string;
  /** How long to wait for a connection, to the API or to a proxy. */
  readonly connectTimeoutMs: number;
  /** Where HTTP_PROXY, HTTPS_PROXY and NO_PROXY are read, in either case. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The network: one pool of kept-alive connections, through the environment's proxy where there is one. */
export function createTransport(options: TransportOptions): { fetch: Fetch; close(): Promise<void> } {
  const dispatcher = createDispatcher(options);
  const userAgent = `zero-mcp/${options.version}`;
  return {
    fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, 'user-agent': userAgent }, dispatcher }),
    // Not close(), which waits for what is on its way: an exchange that nobody waits for any more may take a minute.
    close: () => dispatcher.destroy(),
  };
}

function createDispatcher({ connectTimeoutMs: timeout, env = process.env }: TransportOptions): EnvHttpProxyAgent {
  const noProxy = env.no_proxy ?? env.NO_PROXY ?? '';
  try {
    return new EnvHttpProxyAgent({
      // Empty text, not undefined: undici would read process.env itself.
      httpProxy: env.http_proxy ?? env.HTTP_PROXY ?? '',
      httpsProxy: env.https_proxy ?? env.HTTPS_PROXY ?? '',
      noProxy: noProxy.trim() === '*' ? '*' : [...LOOPBACK, noProxy].join(','),
      connect: { timeout },
      proxyTls: { timeout },
      requestTls: { timeout },
      // One request per connection at a time: a failure concerns one call only.
      pipelining: 1,
      // The client limits the whole call; undici's own five minutes would end a longer one with another error.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  } catch (cause) {
    // The text isn't repeated: it may hold the proxy's password.
    throw new ToolError('invalid_input', 'HTTP_PROXY or HTTPS_PROXY is not a usable URL.', { cause });
  }
}
