// Part of `npm run bench`: how long the built audit takes over organizations of growing size. It only prints.
import { assemble } from '../dist/audit/assemble.js';
import { runAudit } from '../dist/audit/run-audit.js';

const SIZES = [1_000, 3_000, 10_000];
const RUNS = 5;
/** Routes that share one policy of their own. */
const ROUTES_PER_POLICY = 5;

function organization(size) {
  const ids = (prefix, count) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
  const policies = ids('policy', size / ROUTES_PER_POLICY).map((id, index) => ({
    id,
    namespaceId: 'cluster',
    name: id,
    enforced: index === 0,
    ppl:
      index === 0
        ? [{ deny: { not: [{ domain: { is: 'example.com' } }] } }]
        : [{ allow: { or: [{ email: { is: `person${index}@example.com` } }, { 'claim/groups': `team-${index}` }] } }],
  }));
  const routes = ids('route', size).map((id, index) => ({
    id,
    namespaceId: 'cluster',
    name: id,
    from: `https://app${index % Math.ceil(size / 2)}.example.com`,
    to: [`http://service-${index}.example.com:8080`],
    ...(index % 3 === 0 && { prefix: `/part${index}` }),
    policyIds: [`policy${Math.floor(index / ROUTES_PER_POLICY)}`],
    enforcedPolicyIds: ['policy0'],
    tlsSkipVerify: index % 50 === 0,
  }));
  return {
    now: Date.parse('2026-05-13T12:00:00Z'),
    organization: { id: 'organization', name: 'Bench' },
    namespaces: [{ id: 'cluster', type: 'cluster', name: 'cluster' }],
    clusters: [{ cluster: { id: 'cluster', name: 'cluster' }, settings: { id: 'settings' } }],
    routes,
    policies,
    keyPairs: [],
    customDomains: [],
    serviceAccounts: [],
    users: [],
    invites: [],
    changesets: [],
    activity: [],
  };
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function milliseconds(run) {
  const startedAt = performance.now();
  run();
  return performance.now() - startedAt;
}

runAudit(assemble(organization(SIZES[0])));
process.stdout.write(`Node ${process.version}, median of ${RUNS}\n`);
for (const size of SIZES) {
  const records = organization(size);
  const snapshot = assemble(records);
  const assembling = median(Array.from({ length: RUNS }, () => milliseconds(() => assemble(records))));
  // A fresh snapshot each time: what checks remember of one must not count.
  const auditing = median(Array.from({ length: RUNS }, () => milliseconds(() => runAudit({ ...snapshot }))));
  const perRoute = (((assembling + auditing) / size) * 1000).toFixed(1);
  const { findings } = runAudit(snapshot);
  process.stdout.write(
    `${String(size).padStart(6)} routes: assembled in ${assembling.toFixed(0)} ms, audited in ${auditing.toFixed(0)} ms, ${perRoute} µs a route, ${findings.length} findings\n`,
  );
}
