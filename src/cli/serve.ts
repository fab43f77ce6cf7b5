import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { readAdvertised } from '../advertised.js';
import type { LoadedConfig } from '../config.js';
import type { Keychain } from '../keychain.js';
import type { Log } from '../log.js';
import { offersOf } from '../offer.js';
import { unfinished } from '../record/read.js';
import { createServer } from '../server.js';
import { runStdio } from '../transport/stdio.js';
import { connect } from './connect.js';
import { ownCommand, quoted } from './own-command.js';

/** How long the end waits for what has left already. */
const SETTLE_MS = 10_000;

/** `zero-mcp`: serves MCP over stdio until the host goes or a signal comes. Nothing heavy is loaded before the first call. */
export async function serve(config: LoadedConfig, log: Log, keychain: Keychain): Promise<void> {
  const { mode, toolsets, organizationReads } = config;
  const pin = { organization: config.organization, cluster: config.cluster };
  // A person's shell doesn't know what the host's configuration says.
  const isDefault = config.settings.some(({ name, source }) => name === 'stateDir' && source === 'default');
  const place = isDefault ? '' : ` --state-dir ${quoted(config.stateDir)}`;
  const choice = { mode, toolsets, pin, organizationReads };
  const tools = readAdvertised('zero');
  const closing: (() => Promise<void>)[] = [];
  const load = async () => {
    const [{ createEngine }, { zero }, { composites }] = await Promise.all([
      import('../engine.js'),
      import('../tools/zero/index.js'),
      import('../tools/composites.js'),
    ]);
    for (const { operation, at } of await unfinished(join(config.stateDir, 'journal'))) {
      log.warn('a process ended before it knew how this ended: read the record', { operation, at });
    }
    const { close, ...upstream } = await connect(config);
    closing.push(close);
    return createEngine({
      catalog: zero,
      composites,
      upstream,
      mode,
      pin,
      organizationReads,
      keychain,
      allowedSecretInputs: config.allowSecretInput,
      approveCommand: (code) => `${ownCommand()} approve ${code}${place}`,
      offers: offersOf(tools, choice),
      secretsDirectory: config.secretsDir,
      timeoutMs: config.timeoutMs,
      maxResponseBytes: config.maxResponseBytes,
      maxResultTokens: config.maxResultTokens,
      stateDirectory: config.stateDir,
      approval: config.approval,
      budget: { records: config.maxChanges, deletes: config.maxDeletes },
      confirmDrafts: config.confirm === 'drafts',
      rules: config.rules,
      log,
    });
  };
  let loading: ReturnType<typeof load> | undefined;
  const loadEngine = () => {
    loading ??= load();
    return loading;
  };
  await runStdio(
    (listening) => createServer({ tools, choice, loadEngine, listening }),
    log,
    async () => {
      const settled = loading?.then((engine) => engine.settled()).catch(() => {});
      await Promise.race([settled, setTimeout(SETTLE_MS, undefined, { ref: false })]);
      for (const close of closing) await close();
    },
  );
}
