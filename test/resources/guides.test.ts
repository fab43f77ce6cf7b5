import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../../src/policy/check.js';
import { guideAt } from '../../src/resources/guides.js';
import { composites } from '../../src/tools/composites.js';
import { zero } from '../../src/tools/zero/index.js';
import { connect } from '../harness.js';

const GUIDES = ['changesets', 'policies', 'routes', 'glossary'];

async function guide(name: string): Promise<string> {
  const { client } = await connect();
  const { contents } = await client.readResource({ uri: `zero://guides/${name}` });
  const [first] = contents;
  if (!first || !('text' in first)) throw new Error(`zero://guides/${name} has no text`);
  expect(first.mimeType).toBe('text/markdown');
  return first.text;
}

describe.each(GUIDES)('the guide %s', (name) => {
  test('is short', async () => {
    const tokens = encode(await guide(name)).length;
    expect(tokens).toBeGreaterThan(200);
    expect(tokens).toBeLessThan(900);
  });

  test('names tools that exist', async () => {
    const known = new Set([...zero.operations, ...composites].map((tool) => tool.name));
    const named = [...(await guide(name)).matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map((match) => match[1] ?? '');
    expect(named.filter((tool) => !known.has(tool))).toEqual([]);
  });
});

describe('the examples of the guide to policies', () => {
  const text = guideAt('zero://guides/policies')?.text ?? '';
  const examples = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

  test('are there', () => expect(examples.length).toBeGreaterThan(3));

  test.each(examples)('%s', (example) => {
    const { errors, warnings } = checkPolicy(example);
    expect({ errors, warnings }).toEqual({ errors: [], warnings: [] });
  });
});
