import { z } from 'zod';
import type { Answer } from './client/client.js';
import { quote, ToolError } from './errors.js';
import { topNamespaces } from './guard/affected.js';
import type { Gate } from './guard/gate.js';
import { checkPin, type PinnedCluster } from './guard/pin.js';
import { coversNamespaces, type Pin, wireShape } from './input.js';
import type { Log } from './log.js';
import type { Input, Operation } from './operation.js';
import { type Composite, isComposite } from './procedure.js';
import type { Sources } from './report.js';
import { rowsOf } from './resolve/candidates.js';
import { type Resolved, resolveNames } from './resolve/resolve.js';

export interface ScopeDeps {
  readonly gate: Gate;
  readonly pin: Pin;
  readonly organizationReads: boolean;
  readonly log: Log;
}

/** Reads through the gate, for as long as a call lasts. */
export function reading(gate: Gate, signal?: AbortSignal): Sources['read'] {
  return async (name, input) => (await gate.read(name, input, { signal })).data;
}

/** Fills in what the operator has fixed and what needn't be said, puts ids in the place of names, and holds the pin's boundary. */
export function createScope(deps: ScopeDeps) {
  const { gate, pin } = deps;
  let organization: string | undefined;
  let cluster: PinnedCluster | undefined;
  let isWarned = false;

  async function onlyOrganization(signal?: AbortSignal): Promise<string> {
    if (pin.organization) {
      await pinnedRead('get_organization', { organizationId: pin.organization }, '--organization', signal);
      return pin.organization;
    }
    const found = (await gate.read('list_organizations', {}, { signal })).data as readonly {
      id: string;
      name: string;
    }[];
    const [only, ...others] = found;
    if (only && others.length === 0) return only.id;
    const names = found.map(({ id, name }) => `${id} (${quote(name)})`).join(', ');
    throw new ToolError('invalid_input', `organizationId: this account has ${found.length} organizations: ${names}.`, {
      next: pin.cluster ? 'The operator must name one with --organization.' : 'Say which one.',
    });
  }

  /** Reads what the operator has pinned: when that fails, the pin is to blame and not the caller. */
  async function pinnedRead(name: string, input: Input, flag: string, signal?: AbortSignal): Promise<Answer> {
    try {
      return await gate.read(name, input, { signal });
    } catch (error) {
      if (!(error instanceof ToolError) || (error.kind !== 'forbidden' && error.kind !== 'not_found')) throw error;
      if (!isWarned) deps.log.warn(`${flag} is no id that this API user can read: no call can succeed`, input);
      isWarned = true;
      throw new ToolError(error.kind, `What the operator has pinned with ${flag} can't be read.`, {
        ...error,
        next: `No call can succeed. The operator must give ${flag} an id that this API user can read.`,
      });
    }
  }

  async function pinnedCluster(organizationId: unknown, signal?: AbortSignal): Promise<PinnedCluster | undefined> {
    if (!pin.cluster) return undefined;
    if (cluster) return cluster;
    const { data } = await pinnedRead('get_cluster', { organizationId, clusterId: pin.cluster }, '--cluster', signal);
    const { id, namespaceId } = Object(data) as { id?: unknown; namespaceId?: unknown };
    if (id !== pin.cluster || typeof namespaceId !== 'string' || namespaceId === '') {
      throw new ToolError('refused', `Zero's answer does not say where cluster ${pin.cluster} is.`, {
        next: 'Nothing was sent: without that nothing can be kept inside the cluster this server is pinned to.',
      });
    }
    cluster = { id, namespaceId, organizationReads: deps.organizationReads };
    return cluster;
  }

  /** The namespace that all others of an organization are below. */
  async function topNamespace(organizationId: unknown, signal?: AbortSignal): Promise<string> {
    const { data } = await gate.read('list_namespaces', { organizationId }, { signal });
    const tops = topNamespaces(rowsOf(data));
    const [only, ...others] = tops;
    if (only !== undefined && others.length === 0) return only;
    const found = `${tops.length} namespaces have none above them${tops.length > 0 ? `: ${tops.join(', ')}` : ''}`;
    throw new ToolError('invalid_input', `namespaceId: ${found}.`, {
      next: (offers) => `Say which one${offers('list_namespaces') ? '; list_namespaces has them' : ''}.`,
    });
  }

  return {
    /** Refuses a call of a procedure that reaches beyond the pin. */
    async check(operation: Operation, input: Input, signal?: AbortSignal): Promise<void> {
      const pinned = await pinnedCluster(input.organizationId, signal);
      if (pinned) await checkPin(operation, input, pinned, reading(gate, signal));
    },
    async complete(tool: Operation | Composite, input: Input, signal?: AbortSignal): Promise<Resolved> {
      const shape = isComposite(tool) ? tool.input.shape : wireShape(tool);
      if (!('organizationId' in shape)) return { input, names: {} };
      if (input.organizationId === undefined) organization ??= await onlyOrganization(signal);
      const organizationId = input.organizationId ?? organization;
      const pinned = await pinnedCluster(organizationId, signal);
      const isEverywhere = !isComposite(tool) && coversNamespaces(tool) && !pinned && input.namespaceId === undefined;
      const given = {
        ...(isEverywhere && { namespaceId: await topNamespace(organizationId, signal), includeDescendants: true }),
        ...input,
        organizationId,
      };
      const scoped = isComposite(tool) ? { ...tool, params: tool.input, query: z.strictObject({}) } : tool;
      const read = reading(gate, signal);
      const resolved = await resolveNames(isComposite(tool) ? NO_SHAPE : tool, given, { pinned }, read);
      if (!pinned) return resolved;
      const complete: Input = {
        ...resolved.input,
        ...('clusterId' in shape && { clusterId: pinned.id }),
        ...('namespaceId' in shape &&
          (isComposite(tool) || !tool.sparse || input.replace === true) && { namespaceId: pinned.namespaceId }),
      };
      await checkPin(scoped, complete, pinned, read);
      return { ...resolved, input: complete };
    },
  };
}

/** A composite's arguments stand in no path. */
const NO_SHAPE = { params: z.strictObject({}), query: z.strictObject({}) };
