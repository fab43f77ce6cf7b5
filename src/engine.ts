import { type Call, type CallDeps, createCall } from './call.js';
import { createTokenSource } from './client/auth.js';
import { createClient, type Fetch } from './client/client.js';
import { buildRequest } from './client/request.js';
import { createGate, type Sender } from './guard/gate.js';
import type { Mode } from './guard/mode.js';
import type { Keychain } from './keychain.js';
import type { Catalog } from './operation.js';
import { secretsIn } from './secret.js';
import { secretsOf } from './secret-input.js';

/** The control plane as this process reaches it. */
export interface Upstream {
  readonly baseUrl: string;
  readonly fetch: Fetch;
  /** The API token; read anew at each exchange, so that a renewed token file is taken up. */
  readonly readRefreshToken: () => Promise<string>;
}

export interface EngineOptions
  extends Pick<
    CallDeps,
    'catalog' | 'pin' | 'organizationReads' | 'allowedSecretInputs' | 'secretsDirectory' | 'log' | 'keychain'
  > {
  readonly mode: Mode;
  readonly upstream: Upstream;
  /** Milliseconds for a whole call, retries included. */
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
}

/** Puts client, gate and call together. The sender goes to the gate and to nobody else. */
export function createEngine(options: EngineOptions): Call {
  const { catalog, keychain, upstream, mode, log } = options;
  const { baseUrl, fetch } = upstream;
  const readRefreshToken = async () => {
    const token = await upstream.readRefreshToken();
    keychain.learn(token);
    return token;
  };
  const { timeoutMs, maxResponseBytes } = options;
  const tokens = createTokenSource({ fetch, baseUrl, readRefreshToken, timeoutMs });
  const client = createClient({
    baseUrl,
    fetch,
    tokens,
    timeoutMs,
    maxResponseBytes,
    log: (level, message, facts) => log[level](message, facts),
  });
  const gate = createGate({ operations: byName(catalog), mode, sender: learning(client.send, keychain) });
  return createCall({ ...options, gate });
}

/** A sender that remembers every secret that goes out or comes in. */
function learning(send: ReturnType<typeof createClient>['send'], keychain: Keychain): Sender {
  return async (operation, input, options) => {
    for (const { value } of secretsOf(operation, input)) keychain.learn(value);
    const answer = await send(buildRequest(operation, input), options);
    if (operation.output) for (const { value } of secretsIn(operation.output, answer.data)) keychain.learn(value);
    return answer;
  };
}

function byName(catalog: Catalog) {
  return new Map(catalog.operations.map((operation) => [operation.name, operation]));
}
