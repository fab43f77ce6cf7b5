import { writeFileSync } from 'node:fs';
import { test } from 'vitest';
import { connect } from '../harness.js';

test('probe', async () => {
  const { call, log } = await connect({ mode: 'read-only' });
  const out: unknown[] = [];
  for (const [n, i] of [
    ['list_access', {}],
    ['find', { text: 'grafana' }],
    ['overview', {}],
    ['describe_route', { route: 'Payroll' }],
    ['describe_route', { route: 'Bastion' }],
    ['describe_route', { route: 'Carrier API' }],
    ['describe_route', { route: 'shop' }],
    ['describe_route', { route: 'https://nowhere.example' }],
  ] as const) {
    const r = await call(n, i);
    out.push([n, i, r.isError ? r.text : r.content]);
  }
  writeFileSync('/tmp/r4out.json', JSON.stringify([out, log.slice(-4)], null, 1));
}, 60000);
