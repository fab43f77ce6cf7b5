import { quote, ToolError } from '../errors.js';
import type { Input, Operation } from '../operation.js';
import { type AffectedCluster, affectedClusters, type Read } from './affected.js';
import { autoApplyAfter, keepsAutoApply, writesSettings } from './auto-apply.js';
import { type Mode, offers } from './mode.js';

interface Needs {
  readonly mode: Mode;
  readonly confirmDrafts: boolean;
  /** Whether what nobody was asked about stays within the operator's budget with this call. */
  readonly isWithinBudget: () => Promise<boolean>;
  /** Why `unattended` acts as `guarded` by now; undefined while it doesn't. */
  readonly lowered: () => string | undefined;
}

/** Why a call needs a person's yes. */
export interface Need {
  /** In words that complete "… because". */
  readonly reason: string;
  /** The one cluster that would make it go live: with auto-apply off there, the call would wait as a draft. */
  readonly heldBy?: AffectedCluster;
}

/** Why a call needs a person's yes in this mode; undefined when it may pass. */
export async function needsPerson(
  operation: Operation,
  input: Input,
  { mode, confirmDrafts, isWithinBudget, lowered }: Needs,
  read: Read,
): Promise<Need | undefined> {
  if (!offers(mode, operation.effect)) {
    throw new ToolError('refused', `${operation.name} changes things, and this server is read-only.`, {
      next: 'Nothing was sent. Tell the person what you would change; they can do it in the Zero console.',
    });
  }
  if (mode !== 'unattended') return guarded(operation, input, confirmDrafts, read);
  const why = lowered() ?? ((await isWithinBudget()) ? undefined : OVER_BUDGET);
  if (why === undefined) return undefined;
  const need = await guarded(operation, input, confirmDrafts, read);
  return need && { ...need, reason: `${need.reason}, and ${why}` };
}

const OVER_BUDGET = "the operator's hourly budget for what nobody is asked about is spent";

async function guarded(
  operation: Operation,
  input: Input,
  confirmDrafts: boolean,
  read: Read,
): Promise<Need | undefined> {
  if (operation.effect === 'live') return { reason: 'it takes effect at once' };
  if (operation.effect === 'apply') return { reason: 'it makes pending changes go live' };
  const clusters = await affectedClusters(operation, input, read);
  const live = clusters.filter((cluster) => cluster.autoApply !== false);
  const [only, ...others] = live;
  const isSwitch = writesSettings(operation) && !keepsAutoApply(input);
  const heldBy = only?.autoApply === true && others.length === 0 && !isSwitch ? only : undefined;
  if (writesSettings(operation)) {
    const current = clusters.length === 1 ? clusters[0]?.autoApply : undefined;
    if (autoApplyAfter(input, current) !== false) {
      return {
        reason: 'after it, changes of this cluster go live by themselves (autoApplyChangesets is not false)',
        heldBy,
      };
    }
  }
  if (clusters.length === 0) return { reason: 'no cluster could be found that it would wait in' };
  if (live.length > 0) {
    return { reason: `it would go live at once: auto-apply is on for ${live.map(named).join(', ')}`, heldBy };
  }
  return confirmDrafts ? { reason: 'this server asks about drafts too' } : undefined;
}

function named({ name, id, autoApply }: AffectedCluster): string {
  return `${quote(name)} (${id}${autoApply === undefined ? ', its settings could not be read' : ''})`;
}
