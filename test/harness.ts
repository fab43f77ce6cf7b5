import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { onTestFinished } from 'vitest';
import { createEngine, type Upstream } from '../src/engine.js';
import type { Mode } from '../src/guard/mode.js';
import type { Every } from '../src/host.js';
import type { Pin } from '../src/input.js';
import { createKeychain } from '../src/keychain.js';
import { createLog } from '../src/log.js';
import { offersOf } from '../src/offer.js';
import type { OperatorRules } from '../src/rails/rules-file.js';
import type { Sources } from '../src/report.js';
import type { Pace } from '../src/resources/subscribe.js';
import { createSandbox, type Sandbox, type SandboxOptions } from '../src/sandbox/sandbox.js';
import { advertise } from '../src/schemas.js';
import { createServer } from '../src/server.js';
import { composites } from '../src/tools/composites.js';
import { zero } from '../src/tools/zero/index.js';
import { observed } from '../src/transport/listening.js';

export type Fields = Readonly<Record<string, unknown>>;

/** A tool's answer as a test reads it. */
export interface Result {
  readonly isError: boolean;
  readonly content: Fields;
  readonly text: string;
  readonly meta: Fields;
}

export interface Options {
  readonly mode?: Mode;
  readonly pin?: Pin;
  readonly toolsets?: readonly string[];
  readonly organizationReads?: boolean;
  readonly era?: 'modern' | 'legacy';
  readonly approval?: 'any' | 'person';
  readonly confirmDrafts?: boolean;
  /** Default: what the command line's is. */
  readonly budget?: { readonly records: number; readonly deletes: number };
  /** What a person answers to the host's form; without it the host can't ask. */
  readonly answer?: (form: { message: string; requestedSchema: unknown }) => unknown;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  /** Runs a tick when the test says so; default: by the clock. */
  readonly every?: Every;
  /** How subscriptions are looked after; default: by the clock. */
  readonly pace?: Pace;
  /** Another server's state directory, to share its questions. */
  readonly stateDirectory?: string;
  readonly sandbox?: Sandbox | SandboxOptions;
  /** The API token to use; default: the sandbox's admin API user. */
  readonly token?: string;
  readonly allowSecretInput?: readonly string[];
  readonly maxResponseBytes?: number;
  readonly maxResultTokens?: number;
  /** The operator's guard rails; none when left out. */
  readonly rules?: OperatorRules;
}

export interface Harness {
  readonly client: Client;
  /** What reports look at. */
  readonly sources: Sources;
  readonly secretsDirectory: string;
  readonly stateDirectory: string;
  /** Lines the server has logged. */
  readonly log: readonly string[];
  call(name: string, input?: Fields): Promise<Result>;
  /** Calls and answers the content; throws the error's text when the tool failed. */
  ok(name: string, input?: Fields): Promise<Fields>;
  /** Calls, expects a failure, and answers its message. */
  fails(name: string, input?: Fields): Promise<string>;
  /** Items of a list. */
  items(name: string, input?: Fields): Promise<readonly Fields[]>;
}

const advertised = advertise(zero, composites);

/** A real MCP client before a real server before the sandbox, in this process. Ends with the test. */
export async function connect(options: Options = {}): Promise<Harness & { readonly sandbox: Sandbox }> {
  const sandbox = isSandbox(options.sandbox) ? options.sandbox : createSandbox(options.sandbox);
  const { baseUrl, fetch } = sandbox;
  const readRefreshToken = async () => options.token ?? sandbox.token;
  return { sandbox, ...(await connectTo({ baseUrl, fetch, readRefreshToken }, options)) };
}

/** The same before another remote side. */
export async function connectTo(
  upstream: Upstream,
  options: Omit<Options, 'sandbox' | 'token'> = {},
): Promise<Harness> {
  const directory = mkdtempSync(join(tmpdir(), 'zero-mcp-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const stateDirectory = options.stateDirectory ?? join(directory, 'state');
  const secretsDirectory = join(directory, 'secrets');
  const lines: string[] = [];
  const keychain = createKeychain();
  const log = createLog('debug', { write: (line) => lines.push(line), scrub: keychain.scrub });
  const { mode = 'guarded', pin = {}, organizationReads = false } = options;
  const choice = { mode, pin, toolsets: options.toolsets, organizationReads };
  const engine = createEngine({
    catalog: zero,
    composites,
    mode,
    pin,
    organizationReads,
    keychain,
    log,
    upstream,
    offers: offersOf(advertised, choice),
    stateDirectory,
    approveCommand: (code) => `zero-mcp approve ${code}`,
    approval: options.approval ?? 'any',
    confirmDrafts: options.confirmDrafts ?? false,
    budget: options.budget ?? { records: 200, deletes: 50 },
    now: options.now,
    wait: async () => {},
    allowedSecretInputs: options.allowSecretInput ?? [],
    rules: options.rules ?? { acceptedRisks: [] },
    secretsDirectory,
    timeoutMs: 10_000,
    maxResponseBytes: options.maxResponseBytes ?? 16 * 2 ** 20,
    maxResultTokens: options.maxResultTokens ?? 10_000,
  });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const { every, pace } = options;
  const { transport, listening } = observed(far);
  const loadEngine = async () => engine;
  const serve = () => createServer({ tools: advertised, choice, loadEngine, every, listening, pace });
  const server = serveStdio(serve, { transport });
  const client = new Client(
    { name: 'harness', version: '1.0.0' },
    {
      versionNegotiation: { mode: options.era === 'legacy' ? 'legacy' : 'auto' },
      capabilities: options.answer ? { elicitation: { form: {} } } : {},
    },
  );
  const { answer } = options;
  if (answer) client.setRequestHandler('elicitation/create', async ({ params }) => answer(params as never) as never);
  await client.connect(near);
  onTestFinished(async () => {
    await client.close();
    await server.close();
  });

  const callTool = async (name: string, input: Fields = {}): Promise<Result> => {
    const result = await client.callTool({ name, arguments: { ...input } });
    const [first] = result.content;
    return {
      isError: result.isError === true,
      content: (result.structuredContent ?? {}) as Fields,
      text: first?.type === 'text' ? first.text : '',
      meta: result._meta ?? {},
    };
  };
  const ok: Harness['ok'] = async (name, input) => {
    const result = await callTool(name, input);
    if (result.isError) throw new Error(result.text);
    return result.content;
  };
  return {
    client,
    sources: engine.sources,
    secretsDirectory,
    stateDirectory,
    log: lines,
    call: callTool,
    ok,
    async fails(name, input) {
      const result = await callTool(name, input);
      if (!result.isError) throw new Error(`${name} was expected to fail, but answered ${result.text}`);
      return (result.content.error as { message: string }).message;
    },
    items: async (name, input) => (await ok(name, input)).items as readonly Fields[],
  };
}

function isSandbox(value: Options['sandbox']): value is Sandbox {
  return value !== undefined && 'requests' in value;
}
