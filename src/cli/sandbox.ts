import { resolve } from 'node:path';
import { readFlags } from '../config/flags.js';
import { ConfigError } from '../config.js';

const flags = [
  { name: 'port', flag: '--port' },
  { name: 'state', flag: '--state' },
] as const;

/** `zero-mcp sandbox`: serves until SIGINT or SIGTERM. */
export async function runSandbox(argv: readonly string[]): Promise<void> {
  const { values, problems } = readFlags(argv, flags);
  if (problems.length > 0) throw new ConfigError(problems);
  const port = readPort(values.port ?? '8787');
  const { serveSandbox } = await import('../sandbox/serve.js');
  const sandbox = await serveSandbox({ port, ...(values.state ? { stateFile: resolve(values.state) } : {}) });
  const end = () => void sandbox.close();
  process.once('SIGINT', end).once('SIGTERM', end);
  process.stdout.write(`Sandbox of Pomerium Zero, ended by Ctrl-C.
Base URL:  ${sandbox.baseUrl}
API token: ${sandbox.apiToken}

curl -s ${sandbox.baseUrl}/token -H 'Content-Type: application/json' -d '{"refreshToken":"${sandbox.apiToken}"}'
curl -s ${sandbox.baseUrl}/organizations -H 'Authorization: Bearer <idToken of the answer>'
`);
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new ConfigError(['--port: expected a port number, 0 for any free one.']);
  return port;
}
