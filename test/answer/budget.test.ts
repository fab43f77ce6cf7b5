import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { fitRecord, fitRows } from '../../src/answer/budget.js';
import { textOf } from '../../src/answer/text.js';
import { estimateTokens } from '../../src/answer/tokens.js';
import { fenced } from '../../src/plain-text.js';
import { zero } from '../../src/tools/zero/index.js';
import { connect, type Fields } from '../harness.js';
import { sceneOf } from '../scene.js';

const tokens = (text: string) => encode(text).length;

describe('the budget', () => {
  const rows = Array.from({ length: 200 }, (_, index) => ({ id: `id${index}`, name: `Route number ${index}` }));

  test('cuts a list behind a record, and says what is missing and how to get it', () => {
    const answer = fitRows(rows, { offset: 40, hasMore: false }, {}, 600);
    const shown = (answer.items as readonly Fields[]).length;
    expect(shown).toBeGreaterThan(10);
    expect(answer.items).toEqual(rows.slice(0, shown));
    expect(answer).toMatchObject({
      nextOffset: 40 + shown,
      omitted: `${200 - shown} rows, to stay within 600 tokens: call again with offset ${40 + shown}, or ask for fewer fields.`,
    });
    expect(answer).not.toHaveProperty('total');
  });

  test('holds for text and structure', () => {
    const answer = fitRows(rows, { offset: 0, hasMore: false }, {}, 600);
    expect(tokens(JSON.stringify(answer))).toBeLessThanOrEqual(600);
    expect(tokens(textOf(answer))).toBeLessThanOrEqual(600);
  });

  test('of one record cuts the largest field', () => {
    const answer = fitRecord({ id: 'b', name: 'n', steps: rows, note: 'short' }, 500);
    expect(answer).toMatchObject({ id: 'b', name: 'n', note: 'short' });
    expect(answer.omitted).toMatch(/^To stay within 500 tokens: \d+ of 200 steps\.$/);
    expect(tokens(JSON.stringify(answer))).toBeLessThanOrEqual(500);
  });

  test('leaves out a text that alone is too large', () => {
    const answer = fitRecord({ id: 'b', body: 'word '.repeat(5000), note: 'short' }, 300);
    expect(answer).toEqual({ id: 'b', note: 'short', omitted: 'To stay within 300 tokens: body.' });
  });

  test('is the operator’s', async () => {
    const { call, sandbox } = await connect({ maxResultTokens: 1000 });
    const { namespaceId } = sceneOf(sandbox).waiting;
    const { content, text } = await call('list_routes', { namespaceId, detail: 'full' });
    expect(content.omitted).toContain('to stay within 1000 tokens');
    expect(Math.max(tokens(text), tokens(JSON.stringify(content)))).toBeLessThanOrEqual(1000);
  });
});

test('the estimate is rather too high than too low, for every read of the sandbox', async () => {
  const { call, sandbox } = await connect({ maxResultTokens: 100_000 });
  const scene = sceneOf(sandbox);
  const place = { namespaceId: scene.waiting.namespaceId, clusterId: scene.waiting.id };
  for (const { name } of zero.operations.filter(({ name }) => name.startsWith('list_'))) {
    const { shape } = (await import('../../src/input.js')).toolInput(
      zero.operations.find((one) => one.name === name) as never,
    );
    const given = Object.fromEntries(Object.entries(place).filter(([argument]) => argument in shape));
    if (name === 'list_cluster_replicas' || name === 'list_default_templates') continue;
    const { text, content } = await call(name, given);
    for (const said of [text, JSON.stringify(content)]) {
      expect(estimateTokens(said), name).toBeGreaterThanOrEqual(tokens(said) * 0.9);
      expect(estimateTokens(said), name).toBeLessThanOrEqual(tokens(said) * 1.8 + 20);
    }
  }
});

test.each([
  ['plain words', 'Grafana for everyone', 'Grafana for everyone'],
  ['a comma', 'a,b', '"a,b"'],
  ['a line that poses as another row', 'a\nbX,evil', '"a\\nbX,evil"'],
  ['what looks like a number', '12', '"12"'],
  ['what looks like a word of JSON', 'true', '"true"'],
  ['a real switch', true, 'true'],
  ['a list', ['a', 'b'], '["a","b"]'],
])('a cell of %s', (_, value, shown) => {
  expect(textOf({ items: [{ id: 'x', value }] })).toBe(fenced(`id,value\nx,${shown}`));
});

test('compact lists cost at most a quarter of what the API answers', async () => {
  const { call, sandbox } = await connect({ maxResultTokens: 100_000, mode: 'read-only' });
  const { waiting } = sceneOf(sandbox);
  const owner = sandbox.as('owner');
  const { namespaceId, id: clusterId } = waiting;
  const lists: readonly (readonly [string, Fields])[] = [
    ['list_users_in_organization', {}],
    ['list_clusters', {}],
    ['list_routes', { namespaceId }],
    ['list_policies', { namespaceId }],
    ['list_key_pairs', { namespaceId }],
    ['list_changesets', {}],
    ['list_custom_domains', { clusterId }],
    ['list_service_accounts', { clusterId }],
    ['list_activity_logs', {}],
  ];
  let [compact, raw] = [0, 0];
  for (const [name, input] of lists) {
    const { text, content } = await call(name, { ...input, limit: 1000 });
    compact += Math.max(tokens(text), tokens(JSON.stringify(content)));
    raw += tokens(JSON.stringify(owner(name, input)));
  }
  expect(raw).toBeGreaterThan(10_000);
  expect(compact / raw).toBeLessThanOrEqual(0.25);
});
