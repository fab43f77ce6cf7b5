import type { Sandbox } from '../src/sandbox/sandbox.js';
import type { Fields } from './harness.js';

/** What tests need of the sandbox's organization: the cluster that waits, the one that auto-applies, their records. */
export interface Scene {
  readonly organizationId: string;
  /** The namespace above all clusters. */
  readonly rootNamespaceId: string;
  readonly waiting: Fields & { readonly id: string; readonly namespaceId: string };
  readonly automatic: Fields & { readonly id: string; readonly namespaceId: string };
  routesOf(cluster: Fields): readonly (Fields & { readonly id: string })[];
  policiesOf(cluster: Fields): readonly (Fields & { readonly id: string })[];
}

type Found = Fields & { readonly id: string; readonly namespaceId: string };

/** Looks around in the sandbox as its admin, without leaving a trace in the requests it has seen. */
export function sceneOf(sandbox: Sandbox): Scene {
  const admin = sandbox.as('admin');
  const list = (name: string, input: Fields = {}) => admin(name, input) as readonly Found[];
  const [organization] = list('list_organizations');
  const clusters = list('list_clusters');
  const autoApplies = ({ id }: Found) =>
    (admin('get_settings', { clusterId: id }) as Fields).autoApplyChangesets === true;
  const waiting = clusters.find((cluster) => !autoApplies(cluster));
  const automatic = clusters.find(autoApplies);
  const root = list('list_namespaces').find((namespace) => namespace.type === 'root');
  if (!organization || !waiting || !automatic || !root) throw new Error('the sandbox lacks what the tests need');
  return {
    organizationId: organization.id,
    rootNamespaceId: root.id,
    waiting,
    automatic,
    routesOf: ({ namespaceId }) => list('list_routes', { namespaceId }),
    policiesOf: ({ namespaceId }) => list('list_policies', { namespaceId }),
  };
}

/** What runs on both clusters: it changes only by applying. */
export function liveState(sandbox: Sandbox, scene: Scene): string {
  return JSON.stringify([sandbox.live(scene.waiting.id), sandbox.live(scene.automatic.id)]);
}

/** Requests that weren't reads, by what the sandbox saw. */
export function writes(sandbox: Sandbox): readonly string[] {
  return sandbox.requests
    .filter(({ method, operation }) => method !== 'GET' && operation !== 'get_id_token')
    .map(({ method, operation }) => `${method} ${operation}`);
}
