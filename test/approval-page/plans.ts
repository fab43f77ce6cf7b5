import type { Plan, PlannedEntity } from '../../src/guard/plan.js';
import type { Question } from '../../src/guard/question.js';

const allowStaff =
  '[{"allow":{"and":[{"domain":{"is":"acme.example"}},{"groups":{"has":"engineering"}}]}},{"deny":{"or":[{"device":{"is":"unmanaged"}}]}}]';
const allowStaffAndPartners =
  '[{"allow":{"or":[{"domain":{"is":"acme.example"}},{"domain":{"is":"partner.example"}},{"groups":{"has":"engineering"}}]}},{"deny":{"or":[{"device":{"is":"unmanaged"}}]}}]';

const by = (who: string, at: string, ours: boolean) => ({ who: `"${who}"`, at, ours });

/** Offered beside the question of a write that would go live. */
export const offerPlan: Plan = {
  headline: 'An offer, to be done first: auto-apply is switched off. Patch settings on cluster "production" (1 field).',
  operation: 'patch_settings',
  effect: 'draft',
  reason: 'it would go live at once: auto-apply is on for "production" (e1d8PkSYvRQbQKCwOGmQyXsyXbY)',
  clusters: [{ id: 'e1d8PkSYvRQbQKCwOGmQyXsyXbY', name: '"production"' }],
  complete: true,
  notes: [
    "From then on everyone's changes in this cluster wait until someone applies them; revocations too.",
    'Seen making changes here in the last 30 days: tools "ingress-controller"; people "dana@acme.example".',
  ],
  waiting: [],
  entities: [
    {
      type: 'settings',
      id: '2UPpSettingsOfProduction1234',
      name: '',
      action: 'update',
      before: 'known',
      fields: [{ name: 'autoApplyChangesets', before: 'true', after: 'false' }],
      editedBy: [],
      ours: true,
    },
  ],
  offer: true,
};

/** Two edits of this server and one of somebody else. */
export const applyPlan: Plan = {
  headline:
    'Apply makes 4 changes to cluster "production" go live: 1 created, 2 updated, 1 deleted. 1 of them was not made through this server.',
  operation: 'apply_changeset',
  effect: 'apply',
  reason: 'it makes pending changes go live',
  clusters: [{ id: 'e1d8PkSYvRQbQKCwOGmQyXsyXbY', name: '"production"' }],
  complete: true,
  notes: ['route "grafana" carries an originatorId, "ingress-controller": what made it may write over this change.'],
  waiting: [],
  entities: [
    {
      type: 'policy',
      id: '2Tnq7yyYt5ABpsVpqcPyHUVyKjM',
      name: '"Staff only"',
      action: 'update',
      before: 'known',
      fields: [{ name: 'ppl', before: allowStaff, after: allowStaffAndPartners }],
      editedBy: [by('dana@acme.example', '2026-03-02T07:58:11Z', false)],
      ours: false,
    },
    {
      type: 'route',
      id: '2UPp1kKq4CyBmEiVuTDuW4YjyRT',
      name: '"grafana"',
      action: 'update',
      before: 'known',
      fields: [
        { name: 'from', before: '"https://grafana.acme.example"', after: '"https://metrics.acme.example"' },
        { name: 'timeout', after: '"30s"' },
        { name: 'tlsClientKey', before: '(secret)', after: '(changed)' },
      ],
      editedBy: [by('api-user@zero-mcp', '2026-03-02T08:21:40Z', true)],
      ours: true,
    },
    {
      type: 'route',
      id: '2UPp9BBfyUMXjcSO3Yqdt5M2nOT',
      name: '"wiki"',
      action: 'create',
      before: 'none',
      fields: [
        { name: 'from', after: '"https://wiki.acme.example"' },
        { name: 'policyIds', after: '["2Tnq7yyYt5ABpsVpqcPyHUVyKjM"]' },
        { name: 'to', after: '["http://wiki.internal:8080"]' },
      ],
      editedBy: [by('api-user@zero-mcp', '2026-03-02T08:19:03Z', true)],
      ours: true,
    },
    {
      type: 'route',
      id: '2UPpBq1A9x5sVwMCgAPcKnBBXQd',
      name: '"old-jenkins"',
      action: 'delete',
      before: 'known',
      fields: [
        { name: 'from', before: '"https://ci.acme.example"' },
        { name: 'to', before: '["http://jenkins.internal:8080"]' },
      ],
      editedBy: [by('api-user@zero-mcp', '2026-03-02T08:22:17Z', true)],
      ours: true,
    },
  ],
};

/** It means something for access: somebody gains, everybody loses, and the person who is asked among them. */
export const accessPlan: Plan = {
  ...applyPlan,
  access: {
    headline:
      'robin@acme.example can\'t open "old-jenkins" any more. Everyone at partner.example gains "metrics.acme.example"; everyone at acme.example loses "ci.acme.example".',
    changesAccess: true,
    routes: [
      { route: 'metrics.acme.example', gains: ['everyone at partner.example'], loses: [], notes: [] },
      {
        route: 'ci.acme.example',
        gains: [],
        loses: ['everyone at acme.example'],
        notes: ["visitors who aren't signed in: login-redirect becomes denied:403"],
      },
    ],
    blocked: [],
    lockOuts: ['robin@acme.example can\'t open "old-jenkins" any more.'],
    brokenBefore: ['The rule "only admins: robin@acme.example" is broken already.'],
    findings: {
      introduced: ['medium RTE-01 Route without any policy: route "old-jenkins"'],
      fixed: ['high RTE-04 Upstream certificate not verified: route "grafana"'],
    },
    notChecked: ['the route to this server (self)'],
  },
  typedName: 'lock out',
};

/** A deletion that takes the name, with edits of others that wait. */
export const deletePlan: Plan = {
  headline: 'delete_cluster deletes cluster "staging" at once. 1 waiting edit was not made through this server.',
  operation: 'delete_cluster',
  effect: 'live',
  reason: 'it takes effect at once',
  clusters: [{ id: 'e2dKkSYvRQbQKCwOGmQyXsyXbYq', name: '"staging"' }],
  complete: true,
  notes: ['Nothing brings the cluster, its token and its configuration back.'],
  entities: [
    {
      type: 'cluster',
      id: 'e2dKkSYvRQbQKCwOGmQyXsyXbYq',
      name: '"staging"',
      action: 'delete',
      before: 'known',
      fields: [{ name: 'domain', before: '"staging.acme.example"' }],
      editedBy: [],
      ours: true,
    },
  ],
  waiting: [
    {
      type: 'settings',
      id: 'e2dKkSYvRQbQKCwOGmQyXsyXbYs',
      name: '',
      action: 'update',
      before: 'unknown',
      fields: [{ name: 'logLevel', after: '"debug"' }],
      editedBy: [by('dana@acme.example', '2026-03-01T17:05:00Z', false)],
      ours: false,
    },
  ],
  typedName: 'staging',
};

/** Nothing a person can do in one look. */
export const largePlan: Plan = {
  ...applyPlan,
  headline: 'Zero did not say what is in this changeset of cluster "production". As far as it shows: 120 updated.',
  complete: false,
  notes: ['In doubt: the activity log names a record that the comparison does not have.'],
  typedName: 'production',
  entities: Array.from(
    { length: 120 },
    (_, index): PlannedEntity => ({
      type: ['route', 'policy', 'key_pair'][index % 3] ?? 'route',
      id: `2UPp9BBfyUMXjcSO3Yqdt5M2${index}`,
      name: `"service-${index}"`,
      action: index % 11 === 0 ? 'delete' : index % 7 === 0 ? 'create' : 'update',
      before: index % 7 === 0 ? 'none' : index % 5 === 0 ? 'unknown' : 'known',
      fields:
        index % 13 === 12
          ? []
          : [{ name: 'to', before: `["http://10.0.0.${index}:80"]`, after: `["http://10.0.1.${index}:80"]` }],
      editedBy: [
        by(index % 9 === 0 ? 'dana@acme.example' : 'api-user@zero-mcp', '2026-03-01T17:05:00Z', index % 9 !== 0),
      ],
      ours: index % 9 !== 0,
    }),
  ),
};

/** What a server asks about a plan, at a time. */
export function asked(plan: Plan, at: number): Omit<Question, 'id' | 'code'> {
  return {
    digest: 'd'.repeat(64),
    principal: 'somebody/0123456789abcdef',
    plan,
    askedAt: new Date(at).toISOString(),
    expiresAt: new Date(at + 24 * 3_600_000).toISOString(),
  };
}
