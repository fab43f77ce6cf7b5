import { readFile } from 'node:fs/promises';
import { readAdvertised } from '../advertised.js';
import type { Config } from '../config.js';
import type { Upstream } from '../engine.js';
import { ToolError } from '../errors.js';
import type { Keychain } from '../keychain.js';
import type { Log } from '../log.js';
import { createServer } from '../server.js';
import { runStdio } from '../transport/stdio.js';
import { version } from '../version.js';

/** `zero-mcp`: serves MCP over stdio until the host goes or a signal comes. Nothing heavy is loaded before the first call. */
export async function serve(config: Config, log: Log, keychain: Keychain): Promise<void> {
  const { mode, toolsets, organizationReads } = config;
  const pin = { organization: config.organization, cluster: config.cluster };
  const closing: (() => Promise<void>)[] = [];
  const load = async () => {
    const [{ createEngine }, { zero }] = await Promise.all([import('../engine.js'), import('../tools/zero/index.js')]);
    const { close, ...upstream } = await connect(config);
    closing.push(close);
    return createEngine({
      catalog: zero,
      upstream,
      mode,
      pin,
      organizationReads,
      keychain,
      allowedSecretInputs: config.allowSecretInput,
      secretsDirectory: config.secretsDir,
      timeoutMs: config.timeoutMs,
      maxResponseBytes: config.maxResponseBytes,
      log,
    });
  };
  let loading: ReturnType<typeof load> | undefined;
  const loadCall = () => {
    loading ??= load();
    return loading;
  };
  const choice = { mode, toolsets, pin, organizationReads };
  const tools = readAdvertised('zero');
  await runStdio(
    () => createServer({ tools, choice, loadCall }),
    log,
    async () => {
      for (const close of closing) await close();
    },
  );
}

/** The API, or the sandbox in this process. */
async function connect(config: Config): Promise<Upstream & { close(): Promise<void> }> {
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
