import { test } from 'vitest';
import { createSandbox } from '../../../src/sandbox/sandbox.js';
test('probe', () => {
  const t0 = performance.now(); const s = createSandbox(); const t1=performance.now(); createSandbox(); const t2=performance.now();
  console.log('first', t1-t0, 'second', t2-t1);
  const st = s.snapshot();
  console.log(Object.fromEntries(Object.entries(st).map(([k,v])=>[k, typeof v==='object'?Object.keys(v).length:v])));
  for (const c of Object.values(st.clusters)) console.log(c.name,c.fqdn, Object.keys(st.live[c.id].routes).length);
  for (const c of Object.values(st.changesets)) console.log(st.clusters[c.clusterId].name, c.status, c.createdAt, c.updatedAt, c.failureMessage??'');
  for (const a of Object.values(st.activity)) console.log(a.createdAt, a.activityType, a.entity.type, a.entity.data?.name, a.user.displayName, a.applied.at);
  console.log(JSON.stringify(s.as('admin')('list_clusters'),null,1));
});
