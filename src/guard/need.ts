import { quote, ToolError } from '../errors.js';
import type { Input, Operation } from '../operation.js';
import { type AffectedCluster, affectedClusters, type Read } from './affected.js';
import { autoApplyAfter, writesSettings } from './auto-apply.js';
import { type Mode, offers } from './mode.js';

interface Needs {
  readonly mode: Mode;
  readonly confirmDrafts: boolean;
  /** Whether what nobody was asked about stays within the operator's budget with this call. */
  readonly isWithinBudget: () => Promise<boolean>;
}

/** Why a call needs a person's yes in this mode, in words that complete "… because"; undefined when it may pass. */
export async function needsPerson(
  operation: Operation,
  input: Input,
  { mode, confirmDrafts, isWithinBudget }: Needs,
  read: Read,
): Promise<string | undefined> {
  if (!offers(mode, operation.effect)) {
    throw new ToolError('refused', `${operation.name} changes things, and this server is read-only.`, {
      next: 'Nothing was sent. Tell the person what you would change; they can do it in the Zero console.',
    });
  }
  if (mode !== 'unattended') return guarded(operation, input, confirmDrafts, read);
  if (await isWithinBudget()) return undefined;
  const reason = await guarded(operation, input, confirmDrafts, read);
  return reason && `${reason}, and the operator's hourly budget for what nobody is asked about is spent`;
}

async function guarded(
  operation: Operation,
  input: Input,
  confirmDrafts: boolean,
  read: Read,
): Promise<string | undefined> {
  if (operation.effect === 'live') return 'it takes effect at once';
  if (operation.effect === 'apply') return 'it makes pending changes go live';
  const clusters = await affectedClusters(operation, input, read);
  if (writesSettings(operation)) {
    const current = clusters.length === 1 ? clusters[0]?.autoApply : undefined;
    if (autoApplyAfter(input, current) !== false) {
      return 'after it, changes of this cluster go live by themselves (autoApplyChangesets is not false)';
    }
  }
  const live = clusters.filter((cluster) => cluster.autoApply !== false);
  if (clusters.length === 0) return 'no cluster could be found that it would wait in';
  if (live.length > 0) return `it would go live at once: auto-apply is on for ${live.map(named).join(', ')}`;
  return confirmDrafts ? 'this server asks about drafts too' : undefined;
}

function named({ name, id, autoApply }: AffectedCluster): string {
  return `${quote(name)} (${id}${autoApply === undefined ? ', its settings could not be read' : ''})`;
}
