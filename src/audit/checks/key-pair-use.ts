import type { Snapshot } from '../snapshot.js';
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
export const keyPairUses = perSnapshot(({ routes, clusters, customDomains }: Snapshot) => {
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
  return uses;
});
