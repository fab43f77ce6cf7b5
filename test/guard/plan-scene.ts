import { buildPlan } from '../../src/guard/plan-build.js';
import type { ActivityEntry } from '../../src/guard/plan-entry.js';
import type { Input } from '../../src/operation.js';
import { createSandbox, type SandboxOptions } from '../../src/sandbox/sandbox.js';
import { zero } from '../../src/tools/zero/index.js';
import type { Fields } from '../harness.js';
import { sceneOf } from '../scene.js';
import { routeOf } from './guard-scene.js';

const operations = new Map(zero.operations.map((operation) => [operation.name, operation]));

/** Changes what a read answers, as a Zero that behaves in another way would. */
export type Twist = (name: string, answer: unknown) => unknown;

/** A sandbox and plans of what its admin, the server's own user, is about to do. */
export function planScene(options: SandboxOptions & { readonly twist?: Twist } = {}) {
  // Each look at the clock is a second later: no two edits are made at the same moment.
  let time = Date.parse('2026-03-02T09:00:00Z');
  const now = () => {
    time += 1000;
    return time;
  };
  const sandbox = createSandbox({ now, ...options });
  const scene = sceneOf(sandbox);
  const admin = (name: string, input: Input = {}) =>
    sandbox.as('admin')(name, input) as Fields & { readonly id: string };
  const owner = (name: string, input: Input = {}) =>
    sandbox.as('owner')(name, input) as Fields & { readonly id: string };
  const reads: string[] = [];
  const read = async (name: string, input: Input) => {
    reads.push(name);
    const answer = structuredClone(admin(name, input)) as unknown;
    return options.twist ? options.twist(name, answer) : answer;
  };
  const me = (sandbox.as('admin')('list_users_in_organization') as unknown as readonly Fields[]).find(
    ({ type, organizationRole }) => type === 'user_type_api_access' && organizationRole === 'admin',
  );
  const ours = ({ user }: ActivityEntry) => user?.id === me?.id;
  const plan = (name: string, input: Input = {}) => {
    const operation = operations.get(name);
    if (!operation) throw new Error(`no operation ${name}`);
    reads.length = 0;
    const complete = { organizationId: scene.organizationId, ...input };
    return buildPlan({ calls: [{ operation, input: complete, reason: 'it is a test' }] }, { operations, read, ours });
  };
  const pending = (cluster: Fields = scene.waiting) =>
    (admin('list_changesets', { clusterId: cluster.id, status: 'pending' }) as unknown as readonly { id: string }[])[0]
      ?.id;
  return {
    sandbox,
    scene,
    admin,
    owner,
    reads,
    plan,
    pending,
    apply: () => plan('apply_changeset', { changesetId: pending() }),
  };
}

export const route = (namespaceId: string, fields: Fields = {}) =>
  routeOf(namespaceId, 'Tide tables', { from: 'https://tides.example.com', ...fields });
