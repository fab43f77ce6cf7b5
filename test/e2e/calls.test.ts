import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textOf } from '../../src/answer/text.js';
import { toolInput } from '../../src/input.js';
import type { Operation } from '../../src/operation.js';
import type { State } from '../../src/sandbox/store.js';
import { zero } from '../../src/tools/zero/index.js';
import type { Fields } from '../harness.js';
import { argumentsOf, makeReady, prepare, type Scene } from './calls.js';
import { type Remote, remote, seen } from './remote.js';
import { type Called, type Connected, clients, endAll } from './stdio.js';

/** Logs last: once they were read, an unattended server asks like a guarded one. */
const operations = zero.operations.toSorted((a, b) => Number(a.name === 'get_logs') - Number(b.name === 'get_logs'));

/** Even an unattended server asks before it locks its own account out. */
const LOCKING_OUT = ['leave_organization', 'delete_current_user'];

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

  test.each(operations.map((operation) => [operation.name, operation] as const))(
    '%s is answered in shape',
    async (name, operation) => {
      far.sandbox.restore(makeReady(name, structuredClone(state), scene, far.apiToken));
      const from = far.sandbox.requests.length;
      const called = await client.callTool(name, { ...argumentsOf(name, scene), ...whole(operation) });
      expect(called.isError, called.text).toBe(false);
      expect(called.text).toBe(textOf(called.content));
      if (LOCKING_OUT.includes(name)) return expect(called.content).toHaveProperty('confirmation_required.plan.access');
      expect(called.meta.drift).toBeUndefined();
      expect(misshapen(operation, called)).toEqual([]);
      const requests = seen(far.sandbox, from).map(({ method, url, body }) => `  ${method} ${url} ${body}`.trimEnd());
      // What is read at once arrives in any order; what follows doesn't.
      requests.sort(
        (a, b) =>
          Number(!a.startsWith('  GET')) - Number(!b.startsWith('  GET')) ||
          (a.startsWith('  GET') ? (a < b ? -1 : 1) : 0),
      );
      sent.push(named([name, ...requests].join('\n'), scene));
    },
  );

  // One file for both clients: what leaves doesn't depend on who asks.
  test('and what was sent for each is as it was when last looked at', async () => {
    await expect(`${sent.join('\n')}\n`).toMatchFileSnapshot('__snapshots__/requests.txt');
  });
});

/** The arguments that make a tool answer everything, where it has them. */
function whole(operation: Operation): Fields {
  return 'detail' in toolInput(operation).shape ? { detail: 'full' } : {};
}

/** Where an answer differs from the declared one; hidden values are texts whatever the schema says. */
function misshapen(operation: Operation, { content, meta }: Called): readonly string[] {
  const { output } = operation;
  if (!output) return content.done === true ? [] : ['expected done'];
  const { notices: _, total: __, nextOffset: ___, ...shown } = content;
  const value = Array.isArray(shown.items) ? shown.items.map(({ summary: ____, ...item }: Fields) => item) : shown;
  const hidden = (meta.redacted ?? []) as readonly string[];
  const pathText = (path: readonly PropertyKey[]) =>
    path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index ? '.' : ''}${String(part)}`)).join('');
  const issues = output.safeParse(value).error?.issues ?? [];
  return (
    issues
      .filter(({ path }) => !hidden.includes(pathText(path)))
      // What has no detail goes without what is empty or usual.
      .filter(({ message }) => 'detail' in whole(operation) || !message.endsWith('received undefined'))
      .map(({ path, message }) => `${pathText(path)}: ${message}`)
  );
}

/** A text with the scene's ids replaced by their names, and others by `{id}`. */
function named(text: string, { waiting, automatic: _, ...others }: Scene): string {
  const ids: Fields = { ...others, ...waiting };
  const known = Object.entries(ids).reduce((all, [name, id]) => all.replaceAll(String(id), `{${name}}`), text);
  return known.replace(/\bb[A-Za-z]{26}\b/g, '{id}');
}
