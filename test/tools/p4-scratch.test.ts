import { test } from 'vitest';
import { connect } from '../harness.js';
test('look', async () => {
  const { ok, items, sandbox } = await connect({ mode: 'read-only' });
  const routes = await items('list_routes').catch(async () => []);
  console.log(routes.map((r) => [r.name, r.from].join(' ')).join('\n'));
  const show = (x: unknown) => console.log(JSON.stringify(x, null, 1));
  const g = await ok('list_access', { domains: ['tidewrack.example'], limit: 40 });
  for (const r of g.items as any[]) console.log(r.id, r.name, r.from, JSON.stringify(r.clusters), JSON.stringify(r.access));
  show({ ...g, items: 0 });
  const by = Object.fromEntries((g.items as any[]).map((r) => [r.name, r]));
  show(await ok('check_access', { url: by.Grafana.from + '/d/x', email: 'priya@tidewrack.example' }));
  show(await ok('check_access', { url: by['Shop API'].from + '/v2/x', ip: '203.0.113.9' }));
  show(await ok('check_access', { routeId: by['Partner portal'].id, ip: '203.0.113.9' }));
  show(await ok('check_access', { routeId: by['Bastion'].id, email: 'x@tidewrack.example' }));
  show(await ok('validate_route', { fields: { name: 'X', from: by['Web shop'].from, prefix: '/v2/a', to: ['http://x'], policyIds: ['nope'], hostRewrite: 'a', preserveHostHeader: true, frm: 1 } }));
});
