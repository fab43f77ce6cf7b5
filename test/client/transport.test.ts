import { createServer, type Server as HttpServer } from 'node:http';
import { connect as connectSocket, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createTransport } from '../../src/client/transport.js';
import { ToolError } from '../../src/errors.js';
import { connect, failure, json, portOf, record, request, type Server, startServer } from './server.js';

/** A CONNECT proxy that leads every host to the one server of the test and notes who was asked for. */
async function startProxy(server: Server) {
  const tunnels: { target: string; credentials?: string }[] = [];
  const sockets = new Set<Socket>();
  const proxy: HttpServer = createServer();
  proxy.on('connect', (incoming, socket: Socket) => {
    tunnels.push({ target: incoming.url ?? '', credentials: incoming.headers['proxy-authorization'] });
    const { hostname, port } = new URL(server.baseUrl);
    const upstream = connectSocket(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [socket, upstream]) sockets.add(end.on('error', () => end.destroy()));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => proxy.close(resolve));
  });
  return { tunnels, port: portOf(proxy) };
}

/** Reads one path through a transport with the given environment. */
async function read(url: string, env: Record<string, string>) {
  const transport = createTransport({ version: '1.2.3', connectTimeoutMs: 2_000, env });
  onTestFinished(() => transport.close());
  const { status, body } = await transport.fetch(url, { method: 'GET', headers: {}, redirect: 'manual' });
  for await (const _ of body ?? []);
  return status;
}

test.each(['HTTP_PROXY', 'http_proxy'])('%s is used, with its user and password', async (name) => {
  const server = await startServer([json(200, record)]);
  const { port, tunnels } = await startProxy(server);
  expect(await read('http://zero.test/api/v0/x', { [name]: `http://me:hunter2@127.0.0.1:${port}` })).toBe(200);
  expect(tunnels).toEqual([{ target: 'zero.test:80', credentials: `Basic ${btoa('me:hunter2')}` }]);
  expect(server.calls).toMatchObject([
    { url: '/api/v0/x', headers: { host: 'zero.test', 'user-agent': 'zero-mcp/1.2.3' } },
  ]);
  expect(server.calls[0]?.headers).not.toHaveProperty('proxy-authorization');
});

test.each(['HTTPS_PROXY', 'https_proxy'])('%s is used for https', async (name) => {
  const server = await startServer([]);
  const { port, tunnels } = await startProxy(server);
  // The server behind the tunnel speaks no TLS: only the way is looked at.
  await expect(read('https://zero.test/x', { [name]: `http://127.0.0.1:${port}` })).rejects.toThrow('fetch failed');
  expect(tunnels[0]).toMatchObject({ target: 'zero.test:443' });
});

test.each(['zero.test', '.test', '*', ' * ', 'other.test,zero.test'])(
  'NO_PROXY %j goes round the proxy',
  async (noProxy) => {
    const server = await startServer([]);
    const { port, tunnels } = await startProxy(server);
    const env = { HTTP_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: noProxy };
    await expect(read('http://zero.test/x', env)).rejects.toThrow('fetch failed');
    expect(tunnels).toEqual([]);
  },
);

test('this machine is never reached through a proxy', async () => {
  const server = await startServer([json(200, record), json(200, record)]);
  const { port, tunnels } = await startProxy(server);
  const env = { HTTP_PROXY: `http://127.0.0.1:${port}`, NO_PROXY: 'other.test' };
  expect(await read(`${server.baseUrl}/x`, env)).toBe(200);
  expect(tunnels).toEqual([]);
});

test('a proxy that is no URL is refused without repeating it', () => {
  const env = { HTTPS_PROXY: 'http://me:hunter2@:x' };
  expect(() => createTransport({ version: '1.2.3', connectTimeoutMs: 1, env })).toThrow(
    new ToolError('invalid_input', 'HTTP_PROXY or HTTPS_PROXY is not a usable URL.'),
  );
});

test('a proxy that is away makes the API unreachable, and nothing left', async () => {
  const transport = createTransport({
    version: '1.2.3',
    connectTimeoutMs: 2_000,
    env: { HTTPS_PROXY: 'http://127.0.0.1:1' },
  });
  onTestFinished(() => transport.close());
  const { send } = connect({ baseUrl: 'https://zero.test' }, { fetch: transport.fetch });
  expect(await failure(send(request()))).toMatchObject({ kind: 'unreachable', maybeSent: false });
});

test('connections are kept alive', async () => {
  const ports = new Set<number | undefined>();
  const note: Parameters<typeof startServer>[0][number] = (response, seen) => {
    ports.add(response.socket?.remotePort);
    json(200, record)(response, seen);
  };
  const server = await startServer(Array(10).fill(note));
  const { send } = connect(server);
  for (let count = 0; count < 10; count++) await send(request());
  // The first may still be busy ending an answer when the next request comes.
  expect(ports.size).toBeLessThanOrEqual(2);
});
