import { guardScene, journalOf } from '../../guard/guard-scene.js';
import type { Fields, Harness } from '../../harness.js';

/** What plan_rollback answers. */
export interface Proposal extends Fields {
  readonly steps: readonly { readonly operation: string; readonly arguments: Fields }[];
  readonly conflicts: readonly string[];
  readonly cannot: readonly string[];
  readonly already: readonly string[];
  readonly text?: string;
}

/** What rollback answers once it has sent something. */
export interface RolledBack extends Fields {
  readonly steps: readonly { readonly operation: string; readonly answer: Fields | null }[];
  readonly failed?: { readonly operation: string; readonly message: string };
  readonly notSent?: readonly string[];
}

/** A scene with the rollback of our last call at hand. */
export async function rollbackScene(options: Parameters<typeof guardScene>[0] = {}) {
  const scene = await guardScene(options);
  const owner = scene.sandbox.as('owner');
  const { namespaceId } = scene.scene.waiting;
  const intents = () => journalOf(scene.stateDirectory).filter(({ kind }) => kind === 'intent');
  return {
    ...scene,
    namespaceId,
    /** Another user's call. */
    owner: (name: string, input: Fields) => owner(name, input) as Fields & { readonly id: string },
    /** Another user changes one field of a route. */
    ownerSets: (routeId: unknown, name: string, value: unknown) =>
      owner('patch_route', { routeId, patch: [{ op: 'add', path: `/${name}`, value }] }),
    /** The record as it is; undefined when it is gone. */
    record(name: string, input: Fields): Fields | undefined {
      try {
        return owner(name, input) as Fields;
      } catch {
        return undefined;
      }
    },
    /** Our calls in the journal, in order. */
    intents,
    decide: (code: string, decision?: 'approved' | 'declined') => scene.decide(code, decision),
    /** The id of our last call in the journal. */
    last(): string {
      const id = intents().at(-1)?.id;
      if (typeof id !== 'string') throw new Error('the journal has no call');
      return id;
    },
    plan: async (input: Fields, { ok }: Pick<Harness, 'ok'> = scene) => (await ok('plan_rollback', input)) as Proposal,
    rollBack: async (input: Fields, { ok }: Pick<Harness, 'ok'> = scene) => (await ok('rollback', input)) as RolledBack,
    /** Applies what waits in the cluster that waits, as its owner; answers the changeset. */
    ship(): string {
      const changesetId = scene.pending();
      owner('apply_changeset', { changesetId: changesetId ?? '' });
      // The sandbox applies while its changesets are looked at.
      for (let looks = 0; looks < 5; looks += 1) owner('list_changesets', { clusterId: scene.scene.waiting.id });
      return String(changesetId);
    },
  };
}

export function policyOf(namespaceId: string, name: string): Fields {
  return {
    namespaceId,
    name,
    enforced: false,
    description: '',
    explanation: '',
    remediation: '',
    ppl: [{ allow: { or: [{ domain: { is: 'tidewrack.example' } }] } }],
  };
}
