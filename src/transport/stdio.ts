import type { Server } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { claimStdout, type Log } from '../log.js';
import type { Listening } from '../resources/subscribe.js';
import { observed } from './listening.js';

/**
 * Serves MCP over this process's stdin and stdout until stdin closes or a signal comes. From here on nothing but
 * protocol messages reaches stdout, whatever a dependency prints.
 *
 * @param createServer called once per connection, with the connection's era already decided
 * @param close ends what the server holds open
 */
export function runStdio(
  createServer: (listening: Listening) => Server,
  log: Log,
  close: () => Promise<void>,
): Promise<void> {
  const { transport, listening } = observed(new StdioServerTransport(process.stdin, claimStdout()));
  return new Promise((resolve) => {
    const ended = transport.onclose;
    const handle = serveStdio(() => createServer(listening), {
      transport,
      onerror: (error) => log.warn('protocol', { error: error.message }),
    });
    const inner = transport.onclose ?? ended;
    let ending = false;
    const end = (reason: string) => {
      if (ending) return;
      ending = true;
      log.info('ended', { reason });
      // A pipe that its writer keeps open would keep this process alive.
      process.stdin.destroy();
      void handle.close().then(close).then(resolve);
    };
    transport.onclose = () => {
      inner?.();
      end('connection closed');
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => end(signal));
  });
}
