import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { State } from '../../src/sandbox/store.js';
import { composites } from '../../src/tools/composites.js';
import { procedures } from '../../src/tools/procedures/index.js';
import { zero } from '../../src/tools/zero/index.js';
import type { Confirmation } from '../guard/guard-scene.js';
import { argumentsOf, prepare, type Scene } from './calls.js';
import { type Remote, remote, seen, writes } from './remote.js';
import { type Connected, clients, endAll } from './stdio.js';

const named = (fits: (effect: string) => boolean) =>
  [...zero.operations, ...composites].filter(({ effect }) => fits(effect)).map(({ name }) => name);

describe.each(['read-only', 'guarded'])('--mode %s', (mode) => {
  let far: Remote;
  let scene: Scene;
  let state: State;
  let client: Connected;

  beforeAll(async () => {
    far = await remote();
    scene = prepare(far);
    state = far.sandbox.snapshot();
    client = await clients['v2 client, newest protocol'](far.start('--mode', mode));
  });

  afterAll(async () => {
    await endAll();
    await far.close();
  });

  /** Calls on a fresh world, and answers what the sandbox saw besides. */
  async function call(name: string, place = scene.waiting) {
    far.sandbox.restore(state);
    const from = far.sandbox.requests.length;
    const { isError, content, text } = await client.callTool(name, argumentsOf(name, scene, place));
    const { kind } = (content.error ?? {}) as { readonly kind?: string };
    const { plan, message } = (content.confirmation_required ?? {}) as Partial<Confirmation>;
    return { isError, kind, plan, message, text, seen: seen(far.sandbox, from), writes: writes(far.sandbox, from) };
  }

  if (mode === 'read-only') {
    test('lists the reads and nothing else', async () => {
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toEqual(named((effect) => effect === 'read'));
    });

    test.each(named((effect) => effect !== 'read'))(
      '%s called by name is refused and nothing is sent',
      async (name) => {
        const { isError, kind, text, seen: requests } = await call(name);
        expect({ isError, kind, requests }).toEqual({ isError: true, kind: 'refused', requests: [] });
        expect(text).toContain(`${name} is not offered here: it changes things, and this server is read-only.`);
      },
    );

    test.each(named((effect) => effect === 'read'))('%s is answered', async (name) => {
      const { isError, text, writes: written } = await call(name);
      expect({ isError, written }, text).toEqual({ isError: false, written: [] });
    });
  } else {
    // What a procedure needs depends on the calls that it plans.
    const planned = procedures.map(({ name }) => name);
    const live = named((effect) => effect === 'live' || effect === 'apply').filter((name) => !planned.includes(name));
    test.each(live)('%s waits for a person', async (name) => {
      const { isError, plan, text, writes: written } = await call(name);
      expect({ isError, operation: plan?.operation, written }, text).toEqual({
        isError: false,
        operation: name,
        written: [],
      });
      expect(plan?.reason).toMatch(/^it (takes effect at once|makes pending changes go live)$/);
    });

    test.each(named((effect) => effect === 'draft'))('%s passes where changes wait', async (name) => {
      const live = far.sandbox.live(scene.waiting.clusterId);
      const { isError, text, writes: written } = await call(name);
      expect(isError, text).toBe(false);
      expect(written).toHaveLength(1);
      expect(far.sandbox.live(scene.waiting.clusterId)).toEqual(live);
    });

    test.each(named((effect) => effect === 'draft'))('%s waits for a person where they go live', async (name) => {
      const { isError, plan, message, text, writes: written } = await call(name, scene.automatic);
      expect({ isError, written }, text).toEqual({ isError: false, written: [] });
      expect(plan?.reason).toMatch(/auto-apply is on for|autoApplyChangesets is not false/);
      expect(message).toContain('Nothing was sent: a person must confirm this first');
    });
  }
});
