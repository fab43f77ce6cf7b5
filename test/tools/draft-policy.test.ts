import { expect, test } from 'vitest';
import { connect, type Fields } from '../harness.js';
import { sceneOf } from '../scene.js';

test('draft_policy writes, explains and creates nothing; its ppl is what create_policy takes', async () => {
  const { ok, sandbox } = await connect();
  const draft = await ok('draft_policy', {
    who: { domains: ['corp.example'], groups: ['contractors'] },
    unless: { emails: ['eve@corp.example'] },
    networks: ['10.0.0.0/8'],
  });
  const networks = { source_ip: ['10.0.0.0/8'] };
  const ppl = [
    { allow: { and: [{ domain: { is: 'corp.example' } }, networks] } },
    { allow: { and: [{ 'claim/groups': { has: 'contractors' } }, networks] } },
    { deny: { or: [{ email: { is: 'eve@corp.example' } }] } },
  ];
  expect(draft.ppl).toEqual(ppl);
  expect((draft.does as readonly Fields[]).map(({ text }) => text)).toEqual([
    'Lets in anyone whose e-mail domain is exactly "corp.example", AND whose request comes from 10.0.0.0/8.',
    'Also lets in, on this alone, anyone whose claim "groups" has the value "contractors", AND whose request comes from 10.0.0.0/8.',
    'In any case refuses anyone whose e-mail address is exactly "eve@corp.example".',
  ]);
  expect(draft.outcomes).toContainEqual({
    who: 'somebody@corp.example from 10.0.0.0/8',
    outcome: 'allowed',
    means: 'gets in',
  });
  expect(draft.needs).toHaveLength(1);
  expect(draft).not.toHaveProperty('warnings');
  expect(sandbox.requests).toEqual([]);

  const { waiting } = sceneOf(sandbox);
  const created = await ok('create_policy', { namespaceId: waiting.namespaceId, name: 'Drafted', ppl: draft.ppl });
  expect(created).toMatchObject({ name: 'Drafted', ppl });
  expect(await ok('check_policy', { ppl: draft.yaml })).toMatchObject({
    verdict: 'valid',
    does: draft.does,
    outcomes: draft.outcomes,
  });
});

test('draft_policy names the argument that is wrong', async () => {
  const { fails } = await connect();
  expect(await fails('draft_policy', { who: {} })).toContain('expected somebody');
  expect(await fails('draft_policy', { who: { domains: ['@corp.example'] } })).toContain(
    'expected a domain, without @',
  );
  expect(await fails('draft_policy', { who: { everybody: true } })).toContain('everybody');
});
