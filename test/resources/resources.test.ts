import { expect, test } from 'vitest';
import { connect } from '../harness.js';
test('x', async () => {
  const { client } = await connect();
  console.log((await client.listResourceTemplates()).resourceTemplates.map((t) => t.uriTemplate).join('\n'));
  const { resources } = await client.listResources();
  console.log(resources.length, resources.slice(0, 3), resources.map(r => r.uri).slice(-8));
  console.log((await client.readResource({ uri: resources[0]?.uri + '?format=markdown' })).contents[0]);
  console.log((await client.readResource({ uri: resources[0]?.uri ?? '' })).contents[0]);
  console.log(await client.complete({ ref: { type: 'ref/resource', uri: 'zero://organizations/{organizationId}/routes/{routeId}{?format}' }, argument: { name: 'routeId', value: 'gr' } }));
  expect(1).toBe(1);
});
