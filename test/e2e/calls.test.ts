import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { State } from '../../src/sandbox/store.js';
import { zero } from '../../src/tools/zero/index.js';
import type { Fields } from '../harness.js';
import { argumentsOf, makeReady, prepare, type Scene } from './calls.js';
import { type Remote, remote, seen } from './remote.js';
import { type Called, type Connected, clients, endAll } from './stdio.js';

const answers = ['v2 client, newest protocol', 'v1 client'] as const;

describe.each(answers)('through the %s', (kind) => {
  let far: Remote;
  let scene: Scene;
  let state: State;
  let client: Connected;
  const sent: string[] = [];

  beforeAll(async () => {
    far = await remote();
    scene = prepare(far);
    state = far.sandbox.snapshot();
    client = await clients[kind](far.start('--mode', 'unattended', '--log-level', 'warn'));
  });

  afterAll(async () => {
    await endAll();
    await far.close();
  });

  test.each(zero.operations.map((operation) => [operation.name, operation] as const))(
    '%s is answered in shape',
    async (name, operation) => {
      far.sandbox.restore(makeReady(name, structuredClone(state), scene, far.apiToken));
      const from = far.sandbox.requests.length;
      const called = await client.callTool(name, argumentsOf(name, scene));
      expect(called.isError, called.text).toBe(false);
      expect(JSON.parse(called.text)).toEqual(called.content);
      expect(called.meta.drift).toBeUndefined();
      expect(misshapen(operation.output, called)).toEqual([]);
      const requests = seen(far.sandbox, from).map(({ method, url, body }) => `  ${method} ${url} ${body}`.trimEnd());
      sent.push(named([name, ...requests].join('\n'), scene));
    },
  );

  // One file for both clients: what leaves doesn't depend on who asks.
  test('and what was sent for each is as it was when last looked at', async () => {
    await expect(`${sent.join('\n')}\n`).toMatchFileSnapshot('__snapshots__/requests.txt');
  });
});

/** Where an answer differs from the declared one; hidden values are texts whatever the schema says. */
function misshapen(output: z.ZodType | undefined, { content, meta }: Called): readonly string[] {
  if (!output) return content.done === true ? [] : ['expected done'];
  const { notices: _, ...shown } = content;
  const value = Array.isArray(shown.items) ? shown.items : shown;
  const hidden = (meta.redacted ?? []) as readonly string[];
  const pathText = (path: readonly PropertyKey[]) =>
    path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index ? '.' : ''}${String(part)}`)).join('');
  const issues = output.safeParse(value).error?.issues ?? [];
  return issues
    .filter(({ path }) => !hidden.includes(pathText(path)))
    .map(({ path, message }) => `${pathText(path)}: ${message}`);
}

/** A text with the scene's ids replaced by their names, and others by `{id}`. */
function named(text: string, { waiting, automatic: _, ...others }: Scene): string {
  const ids: Fields = { ...others, ...waiting };
  const known = Object.entries(ids).reduce((all, [name, id]) => all.replaceAll(String(id), `{${name}}`), text);
  return known.replace(/\bb[A-Za-z]{26}\b/g, '{id}');
}
