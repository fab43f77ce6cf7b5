import { test } from 'vitest';
import { build, cluster } from './build.js';
import { policyChecks } from '../../src/audit/checks/policies.js';
import { routeChecks } from '../../src/audit/checks/routes.js';

function make(n: number) {
  const policies = Array.from({ length: 60 }, (_, i) => ({ name: `P${i}`, enforced: i < 3, ppl: [i < 3 ? { deny: { not: [{ domain: 'corp.example' }] } } : i % 7 ? { allow: { and: [{ domain: { is: `corp${i}.example` } }, { source_ip: '10.0.0.0/8' }] } } : { allow: { or: [{ accept: true }] } }] }));
  const routes = Array.from({ length: n }, (_, i) => ({ name: `R${i}`, from: `https://h${i % (n / 4)}.production.pomerium.app`, prefix: `/p${i}/`, to: [`http://10.0.${i % 255}.1:8080`], tlsSkipVerify: i % 3 === 0, regex: i % 50 ? undefined : `/x${i}.*`, policyIds: [`P${3 + (i % 50)}`, `P${3 + ((i * 7) % 50)}`] }));
  return build({ policies, routes, clusters: [cluster('production'), cluster('staging')] });
}
test('bench', () => {
  make(100);
  for (const n of [500, 1000, 2000]) {
    let t = performance.now();
    const s = make(n);
    const built = performance.now() - t;
    const times: [string, number][] = [];
    let count = 0;
    t = performance.now();
    for (const c of [...policyChecks, ...routeChecks]) {
      const a = performance.now();
      count += c.find(s).length;
      times.push([c.id, performance.now() - a]);
    }
    console.log(n, 'build', built | 0, 'checks', (performance.now() - t) | 0, count, times.sort((x, y) => y[1] - x[1]).slice(0, 6).map(([i, m]) => `${i} ${m | 0}`).join(', '));
  }
  // one host for all
  for (const n of [500, 1000]) {
    const s0 = build({ policies: [{ name: 'O', ppl: [{ allow: { or: [{ accept: true }] } }] }, { name: 'S', ppl: [{ allow: { or: [{ domain: 'x' }] } }] }], routes: Array.from({ length: n }, (_, i) => ({ name: `R${i}`, from: 'https://same.example', prefix: `/${i}`, regexPriorityOrder: i % 2 ? 1 : undefined, to: ['https://u.example'], prefixRewrite: i % 2 ? '/' : undefined, tlsSkipVerify: i % 2 === 0, policyIds: [i % 2 ? 'O' : 'S'] })) });
    for (const c of [...policyChecks, ...routeChecks]) {
      const a = performance.now();
      c.find(s0);
      const took = performance.now() - a;
      if (took > 50) console.log('same', n, c.id, took | 0);
    }
  }
}, 120000);
