import { resolve } from 'node:path';
import { readFlags } from '../config/flags.js';
import { ConfigError } from '../config.js';
import { hasCode } from '../errors.js';
import { readPort } from './port.js';

const flags = [
  { name: 'port', flag: '--port' },
  { name: 'state', flag: '--state' },
] as const;

const WHY_NO_STATE: Readonly<Record<string, string>> = {
  ENOENT: "its directory doesn't exist",
  ENOTDIR: 'what it is to be in is no directory',
  EISDIR: 'it is a directory',
  EACCES: 'you may not write there',
  EROFS: 'nothing can be written there',
};

/** `zero-mcp sandbox`: serves until SIGINT or SIGTERM. */
export async function runSandbox(argv: readonly string[]): Promise<void> {
  const { values, problems } = readFlags(argv, flags);
  if (problems.length > 0) throw new ConfigError(problems);
  const port = readPort(values.port ?? '8787');
  const { serveSandbox } = await import('../sandbox/serve.js');
  const stateFile = values.state && resolve(values.state);
  const sandbox = await serveSandbox({ port, ...(stateFile && { stateFile }) }).catch((error: unknown) => {
    if (hasCode(error, 'EADDRINUSE'))
      throw new ConfigError([`Port ${port} is taken: choose another with --port, 0 for any free one.`]);
    const [, why] = Object.entries(WHY_NO_STATE).find(([code]) => hasCode(error, code)) ?? [];
    throw why && stateFile ? new ConfigError([`--state: ${stateFile} can't be kept: ${why}.`]) : error;
  });
  const end = () => void sandbox.close();
  process.once('SIGINT', end).once('SIGTERM', end);
  const { baseUrl, apiToken } = sandbox;
  process.stdout.write(`Sandbox of Pomerium Zero. Ctrl-C ends it.
Base URL:  ${baseUrl}
API token: ${apiToken}

Exchange the token, then list the organizations with the id token of the answer:
  curl -s ${baseUrl}/token -H 'Content-Type: application/json' -d '{"refreshToken":"${apiToken}"}'
  curl -s ${baseUrl}/organizations -H 'Authorization: Bearer ID_TOKEN'

A server on it:
  POMERIUM_ZERO_API_TOKEN=${apiToken} npx zero-mcp --base-url ${baseUrl}
`);
}
