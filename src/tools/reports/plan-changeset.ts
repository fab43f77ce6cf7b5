import { z } from 'zod';
import { ToolError } from '../../errors.js';
import { buildPlan } from '../../guard/plan-build.js';
import { renderPlan } from '../../guard/plan-render.js';
import { examine } from '../../rails/examine.js';
import { report } from '../../report.js';

export const planChangeset = report({
  name: 'plan_changeset',
  title: 'Plan an apply',
  description:
    'What apply_changeset would make live, as a person is shown it before a yes: who gains and loses access, each record before and after, who edited it, and whether this server did. The look before an apply; asks nobody.',
  toolset: 'changesets',
  scope: 'cluster',
  path: '/organizations/{organizationId}/changesets/{changesetId}/plan',
  input: z.strictObject({ organizationId: z.string(), changesetId: z.string() }),
  example: { changesetId: 'bCnGsTpNdNgKlMrTwQzXvBhJfDs' },
  async run(input, { read, operations, journal, now, rules }) {
    const operation = operations.get('apply_changeset');
    if (!operation) throw new ToolError('internal', 'The catalogue lacks apply_changeset.');
    const ours = await journal.ownEdits();
    const reason = 'it makes pending changes go live';
    const bare = await buildPlan({ calls: [{ operation, input, reason }] }, { operations, read, ours });
    const access = await examine([{ operation, input }], bare, { read, operations, now }, rules);
    const plan = access ? { ...bare, access } : bare;
    return { plan, text: renderPlan(plan) };
  },
});
