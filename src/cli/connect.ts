import { readFile } from 'node:fs/promises';
import { type Config, ConfigError, TOKEN_VARIABLE } from '../config.js';
import type { Upstream } from '../engine.js';
import { ToolError } from '../errors.js';
import { version } from '../version.js';

/** Throws a ConfigError that says where a token comes from, when there is neither one nor the sandbox. */
export function requireToken({ token, sandbox }: Config): void {
  if (token || sandbox) return;
  throw new ConfigError([
    `No API token: set ${TOKEN_VARIABLE}, or ${TOKEN_VARIABLE}_FILE to a file that holds it.`,
    'Get one in the Zero console (https://console.pomerium.app): Account, API Tokens, Add API User.',
    'Without an account, try the embedded sandbox: zero-mcp --sandbox',
  ]);
}

/** The API, or the sandbox in this process. */
export async function connect(config: Config): Promise<Upstream & { close(): Promise<void> }> {
  const { baseUrl, token, connectTimeoutMs } = config;
  if (!token) {
    const { createSandbox } = await import('../sandbox/sandbox.js');
    const sandbox = createSandbox();
    return {
      baseUrl: sandbox.baseUrl,
      fetch: sandbox.fetch,
      readRefreshToken: async () => sandbox.token,
      close: async () => {},
    };
  }
  const { createTransport } = await import('../client/transport.js');
  const { fetch, close } = createTransport({ version: version(), connectTimeoutMs });
  const readRefreshToken = async () => {
    if (token.kind === 'env') return token.value;
    const text = await readFile(token.path, 'utf8').catch(() => '');
    if (text.trim() !== '') return text;
    throw new ToolError('unauthorized', `The token file ${token.path} is empty or can't be read.`, {
      next: 'The operator puts an API token of the Zero console (Account, API Tokens) into it.',
    });
  };
  return { baseUrl, fetch, readRefreshToken, close };
}
