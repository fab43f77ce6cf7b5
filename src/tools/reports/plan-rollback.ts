import { withNewIdsNamed } from '../../guard/new-id.js';
import { buildPlan } from '../../guard/plan-build.js';
import { renderPlan } from '../../guard/plan-render.js';
import { examine } from '../../rails/examine.js';
import { report } from '../../report.js';
import { proposeRollback, ROLLBACK, rollbackInput } from '../../rollback/propose.js';

export const planRollback = report({
  name: 'plan_rollback',
  title: 'Plan a rollback',
  description:
    'What takes back one changeset or one call of this server: the calls in order, what somebody has changed again since and so stays, and what nothing brings back. rollback carries it out. Changes nothing.',
  toolset: 'changesets',
  scope: 'cluster',
  input: rollbackInput,
  example: { changesetId: 'bCnGsTpNdNgKlMrTwQzXvBhJfDs' },
  async run(input, sources) {
    const { calls: proposed, ...rest } = await proposeRollback(input, sources);
    const calls = proposed.map((call) => ({ ...call, input: withNewIdsNamed(call.input) }));
    const steps = calls.map(({ operation, input: given }) => ({ operation: operation.name, arguments: given }));
    if (calls.length === 0) return { steps, ...rest };
    const { read, operations, journal, rules } = sources;
    const procedure = { ...ROLLBACK, notes: [...rest.conflicts, ...rest.cannot] };
    const plan = await buildPlan({ calls, procedure }, { operations, read, ours: await journal.ownEdits() });
    const access = await examine(calls, plan, sources, rules);
    return { steps, ...rest, text: renderPlan(access ? { ...plan, access } : plan) };
  },
});
