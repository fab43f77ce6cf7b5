import type { LoadedConfig } from '../config.js';
import { createEngine } from '../engine.js';
import { ToolError } from '../errors.js';
import type { Keychain } from '../keychain.js';
import type { Log } from '../log.js';
import type { Sources } from '../report.js';
import { zero } from '../tools/zero/index.js';
import { connect } from './connect.js';

/** What a command in the shell looks at: the API or the sandbox, read-only. */
interface Opened {
  readonly sources: Sources;
  /** The only organization of the account; throws a ToolError when there are several. */
  readonly organizationId: () => Promise<string>;
  readonly close: () => Promise<void>;
}

export async function openSources(config: LoadedConfig, log: Log, keychain: Keychain): Promise<Opened> {
  const { close, ...upstream } = await connect(config);
  const { sources } = createEngine({
    catalog: zero,
    composites: [],
    upstream,
    mode: 'read-only',
    pin: { organization: config.organization, cluster: config.cluster },
    organizationReads: config.organizationReads,
    keychain,
    rules: config.rules,
    allowedSecretInputs: [],
    approveCommand: (code) => `zero-mcp approve ${code}`,
    secretsDirectory: config.secretsDir,
    timeoutMs: config.timeoutMs,
    maxResponseBytes: config.maxResponseBytes,
    maxResultTokens: config.maxResultTokens,
    stateDirectory: config.stateDir,
    approval: config.approval,
    budget: { records: 0, deletes: 0 },
    confirmDrafts: false,
    log,
  });
  const organizationId = async () => {
    const found = (await sources.read('list_organizations', {})) as readonly { readonly id: string }[];
    const [only, ...others] = found;
    if (only && others.length === 0) return only.id;
    throw new ToolError('invalid_input', `This account has ${found.length} organizations.`, {
      next: 'Say which one with --organization.',
    });
  };
  return { sources, organizationId, close };
}
