import type { Snapshot } from '../snapshot.js';
import { hostOfRoute, isCertified, needsCertificate } from './hosts.js';
import { perSnapshot } from './per-snapshot.js';

/** A place that names a key pair. */
export interface KeyPairUse {
  readonly field: string;
  /** `route Wiki`, `settings production`, `custom domain apps.example.com` */
  readonly by: string;
  /** Shown as one's own certificate, or trusted as an authority. */
  readonly as: 'certificate' | 'authority';
}

const IN_ROUTES = {
  tlsClientKeyPairId: 'certificate',
  tlsCustomCaKeyPairId: 'authority',
  tlsDownstreamClientCaKeyPairId: 'authority',
} as const;

const IN_SETTINGS = ['certificateAuthorityKeyPairId', 'downstreamMtlsCaKeyPairId'] as const;

/** Where each key pair is used, by its id. */
export const keyPairUses = perSnapshot((snapshot: Snapshot) => {
  const { routes, clusters, customDomains } = snapshot;
  const uses = new Map<string, KeyPairUse[]>();
  const add = (id: string | undefined, use: KeyPairUse) => {
    const known = uses.get(id ?? '');
    if (known) known.push(use);
    else if (id) uses.set(id, [use]);
  };
  for (const { route } of routes) {
    for (const field of Object.keys(IN_ROUTES) as (keyof typeof IN_ROUTES)[])
      add(route[field], { field, by: `route ${route.name ?? route.id}`, as: IN_ROUTES[field] });
  }
  for (const { cluster, settings } of clusters) {
    for (const field of IN_SETTINGS)
      add(settings?.[field], { field, by: `settings ${cluster.name ?? cluster.id}`, as: 'authority' });
  }
  for (const { keyPairId, domainName = '' } of customDomains)
    add(keyPairId, { field: 'keyPairId', by: `custom domain ${domainName}`, as: 'certificate' });
  for (const { id, field, by } of byName(snapshot)) add(id, { field, by, as: 'certificate' });
  return uses;
});

/** Key pairs that are shown because they fit a route's host, where neither starter nor custom domain brings a certificate. */
function byName(snapshot: Snapshot): readonly { readonly id: string; readonly field: string; readonly by: string }[] {
  const hosts = new Map<string, string>();
  for (const view of snapshot.routes) {
    if (needsCertificate(view, snapshot))
      hosts.set(hostOfRoute(view.route), `route ${view.route.name ?? view.route.id}`);
  }
  const shown = snapshot.keyPairs.filter(({ hasKey }) => hasKey === true);
  return shown.flatMap(({ id, certificateInfo = [] }) => {
    const certified = new Set((certificateInfo[0]?.dnsNames ?? []).map((name) => name.toLowerCase()));
    const by = [...hosts].find(([host]) => isCertified(host, { certified }))?.[1];
    return by === undefined ? [] : [{ id, field: 'from', by }];
  });
}
