import type { z } from 'zod';
import type { Address } from '../../policy/routes/address.js';
import type { CertificateInfo } from '../../tools/zero/entities/key-pair.js';
import type { Check } from '../check.js';
import type { RouteRecord, RouteView, Snapshot } from '../snapshot.js';
import { seconds } from './duration.js';
import { grouped } from './grouped.js';
import { hostOfRoute, infrastructureOf, isNearby, shownAddress, upstreamsOf } from './hosts.js';
import { perSnapshot } from './per-snapshot.js';
import { namesOf } from './policies-logic.js';
import { changing, routeCheck, settingsOf } from './route-check.js';
import { lacksSecret } from './settings-check.js';
import {
  ASVS_TLS,
  CIS_ENCRYPT,
  docs,
  NIST_TLS,
  OWASP_API_RESOURCES,
  OWASP_CONFIG,
  OWASP_CRYPTO,
  OWASP_SSRF,
  WSTG_HOST,
  ZERO_TRUST,
} from './sources.js';

/** How the routes reach what is behind them. */
export const routeUpstreamChecks: readonly Check[] = [
  routeCheck({
    id: 'RTE-04',
    severity: 'high',
    title: 'Upstream certificate not verified',
    why: 'Any certificate and any name will do, so whoever is on the path can play the upstream. A custom CA is then ignored.',
    remedy: 'Verify it: set tlsCustomCaKeyPairId to the CA, and tlsUpstreamServerName if the name differs.',
    sources: [docs('reference/routes/tls'), ASVS_TLS, OWASP_CRYPTO],
    find: (view) =>
      view.route.tlsSkipVerify === true
        ? { evidence: { tlsSkipVerify: true, to: shownUpstreams(view) }, fix: changing(view, { tlsSkipVerify: false }) }
        : undefined,
  }),
  routeCheck({
    id: 'RTE-05',
    severity: 'medium',
    title: 'Plain-text upstream',
    why: 'Data and the identity of the visitor cross the network in clear.',
    remedy: 'Use https (or TLS inside the connection) for the upstream.',
    sources: [docs('internals/mutual-auth'), CIS_ENCRYPT, ZERO_TRUST],
    find: ({ route }) => {
      const plain = plainUpstreams(route);
      return plain.length > 0 ? { evidence: { to: plain } } : undefined;
    },
  }),
  routeCheck({
    id: 'RTE-06',
    severity: 'high',
    title: 'Identity headers over plain text',
    why: 'The signed statement of who visits can be read on the way and used again by somebody else.',
    remedy: 'Use https for the upstream, or stop passing identity headers there.',
    sources: [
      docs('reference/routes/pass-identity-headers'),
      docs('capabilities/getting-users-identity'),
      OWASP_CRYPTO,
    ],
    needs: ['routes', 'settings'],
    find: (view, snapshot) => {
      const plain = plainUpstreams(view.route);
      return plain.length > 0 && passesIdentity(view, snapshot)
        ? { evidence: { passIdentityHeaders: view.route.passIdentityHeaders ?? 'true in the settings', to: plain } }
        : undefined;
    },
  }),
  routeCheck({
    id: 'RTE-07',
    severity: 'medium',
    title: 'TLS renegotiation allowed',
    why: 'The vendor calls it insecure, for cases where nothing else helps.',
    remedy: 'Switch tlsUpstreamAllowRenegotiation off.',
    sources: [docs('reference/routes/tls'), NIST_TLS],
    find: (view) =>
      view.route.tlsUpstreamAllowRenegotiation === true
        ? {
            evidence: { tlsUpstreamAllowRenegotiation: true },
            fix: changing(view, { tlsUpstreamAllowRenegotiation: false }),
          }
        : undefined,
  }),
  routeCheck({
    id: 'RTE-16',
    severity: 'medium',
    title: 'Client-controlled Host reaches the upstream',
    why: 'Links, cache keys and virtual hosts of the upstream are then the choice of the visitor.',
    remedy: 'Send a fixed host: hostRewrite, or none of these fields.',
    sources: [docs('reference/routes/headers'), WSTG_HOST],
    find: ({ route }) => {
      const { hostRewriteHeader, preserveHostHeader } = route;
      if (hostRewriteHeader) return { evidence: { hostRewriteHeader } };
      return preserveHostHeader === true && hostOfRoute(route).includes('*')
        ? { evidence: { preserveHostHeader, from: route.from } }
        : undefined;
    },
  }),
  routeCheck({
    id: 'RTE-21',
    severity: 'high',
    title: 'Upstream is an infrastructure endpoint',
    why: 'The route becomes a gate to credentials, or to the controls of the proxy itself.',
    remedy: 'Delete the route; reach such endpoints from the machine itself.',
    sources: [OWASP_SSRF, docs('reference/routes/to')],
    find: (view) => {
      const found = upstreamsOf(view.route).flatMap((address) => {
        const what = infrastructureOf(address);
        return what ? [{ to: shownAddress(address), is: what }] : [];
      });
      if (found.length === 0) return undefined;
      const isAll = found.length === view.route.to?.length;
      return {
        evidence: { upstreams: found },
        ...(isAll && { fix: { tool: 'delete_route', arguments: { routeId: view.route.id } } }),
      };
    },
  }),
  routeCheck({
    id: 'RTE-24',
    severity: 'low',
    title: 'Web sockets with unlimited time',
    why: 'With web sockets the time-outs of a route are off unless they are set; slow connections can use up all there are.',
    remedy: 'Set idleTimeout.',
    sources: [docs('reference/routes/timeouts'), OWASP_API_RESOURCES],
    find: ({ route }) =>
      route.allowWebsockets === true && !route.timeout && !route.idleTimeout
        ? { evidence: { allowWebsockets: true, timeout: 'not set', idleTimeout: 'not set' } }
        : undefined,
  }),
  routeCheck({
    id: 'RTE-25',
    severity: 'low',
    title: 'SPDY outside Kubernetes',
    why: 'Only kubectl exec and port-forward need it.',
    remedy: 'Switch allowSpdy off.',
    sources: [docs('reference/routes/timeouts')],
    find: (view) =>
      view.route.allowSpdy === true && !leadsToKubernetes(view.route)
        ? { evidence: { allowSpdy: true }, fix: changing(view, { allowSpdy: false }) }
        : undefined,
  }),
  routeCheck({
    id: 'RTE-26',
    severity: 'medium',
    title: 'Time-out off or very long',
    why: 'A slow upstream keeps connections for ever.',
    remedy: 'Set a timeout of an hour at most; for streams set idleTimeout.',
    sources: [docs('reference/routes/timeouts'), OWASP_API_RESOURCES],
    find: ({ route: { timeout } }) => {
      const length = seconds(timeout);
      return length !== undefined && (length === 0 || length > 3600) ? { evidence: { timeout } } : undefined;
    },
  }),
  routeCheck({
    id: 'RTE-28',
    severity: 'low',
    title: 'Several upstreams, no health check',
    why: 'A dead upstream keeps getting its share of the requests.',
    remedy: 'Set healthCheck.',
    sources: [docs('reference/routes/load-balancing')],
    find: (view) =>
      (view.route.to?.length ?? 0) > 1 && !view.route.healthCheck
        ? { evidence: { to: shownUpstreams(view), healthCheck: 'not set' } }
        : undefined,
  }),
  routeCheck({
    id: 'RTE-37',
    severity: 'medium',
    title: 'Cloud Run authentication without credentials',
    why: 'Without an account in the settings it works only where the machine has credentials of its own, on Google Cloud.',
    remedy:
      'Set googleCloudServerlessAuthenticationServiceAccount in the settings, or check that the cluster runs there.',
    sources: [docs('reference/routes/enable-google-cloud-serverless-authentication')],
    needs: ['routes', 'settings'],
    find: (view, snapshot) =>
      view.route.enableGoogleCloudServerlessAuthentication === true &&
      settingsOf(view, snapshot).some((settings) => !settings.googleCloudServerlessAuthenticationServiceAccount)
        ? {
            evidence: {
              enableGoogleCloudServerlessAuthentication: true,
              serviceAccount: lacksSecret(undefined, snapshot) ? 'not set' : 'not shown',
            },
          }
        : undefined,
  }),
  routeCheck({
    id: 'RTE-39',
    severity: 'high',
    title: 'Broken or expired certificate reference',
    why: 'The handshake with the upstream fails, or the proof of identity is silently left out.',
    remedy: 'Upload a valid certificate (with its key for a client), or take the reference off.',
    sources: [docs('reference/routes/tls')],
    needs: ['routes', 'keyPairs'],
    find: ({ route }, snapshot) => {
      const broken = KEY_PAIR_FIELDS.flatMap((field) => {
        const id = route[field];
        const problem = id ? problemOf(id, field, snapshot) : undefined;
        return problem ? [[field, problem] as const] : [];
      });
      return broken.length > 0 ? { evidence: Object.fromEntries(broken) } : undefined;
    },
  }),
  routeCheck({
    id: 'RTE-43',
    severity: 'low',
    title: 'Same host, different TLS checks',
    why: 'Two routes of one host reach the same upstream, and one of them does not verify it: that is the one to attack.',
    remedy: 'Verify the upstream on all of them.',
    sources: [OWASP_CONFIG],
    find: (view, snapshot) => {
      const verified = verifiedUpstreams(snapshot);
      const keys = view.route.tlsSkipVerify === true ? upstreamKeys(view) : [];
      // A few are enough to look at.
      const others = new Set(keys.flatMap((key) => namesOf((verified.get(key) ?? []).slice(0, 5))));
      return others.size > 0
        ? {
            evidence: { tlsSkipVerify: true, to: shownUpstreams(view), verifiedBy: [...others] },
            fix: changing(view, { tlsSkipVerify: false }),
          }
        : undefined;
    },
  }),
];

/** Whether a route leads to a Kubernetes API. The API may leave its token out (FACTS 3.4), but not where it leads. */
function leadsToKubernetes(route: RouteRecord): boolean {
  const isKubernetes = ({ host, port }: Address) => port === '6443' || /^kubernetes(\.|$)/.test(host);
  return Boolean(route.kubernetesServiceAccountToken) || upstreamsOf(route).some(isKubernetes);
}

function shownUpstreams({ route }: RouteView): readonly string[] {
  return upstreamsOf(route).map(shownAddress);
}

/** Upstreams that are reached without encryption, over more than the machine or its own network. */
function plainUpstreams(route: RouteRecord): readonly string[] {
  return upstreamsOf(route)
    .filter(({ scheme, host }) => ['http', 'h2c', 'tcp', 'udp'].includes(scheme) && !isNearby(host))
    .map(shownAddress);
}

/** Whether the upstream is told who visits, on any of the route's clusters. */
export function passesIdentity(view: RouteView, snapshot: Snapshot): boolean {
  const inSettings = () => settingsOf(view, snapshot).some((settings) => settings.passIdentityHeaders === true);
  return view.route.passIdentityHeaders ?? inSettings();
}

const KEY_PAIR_FIELDS = ['tlsCustomCaKeyPairId', 'tlsClientKeyPairId', 'tlsDownstreamClientCaKeyPairId'] as const;

const keyPairsById = perSnapshot(({ keyPairs }) => new Map(keyPairs.map((keyPair) => [keyPair.id, keyPair])));

function problemOf(id: string, field: (typeof KEY_PAIR_FIELDS)[number], snapshot: Snapshot): string | undefined {
  const keyPair = keyPairsById(snapshot).get(id);
  if (!keyPair) return `there is no key pair ${id}`;
  const name = keyPair.name ?? id;
  const isClient = field === 'tlsClientKeyPairId';
  if (isClient && keyPair.hasKey === false) return `${name} has no private key`;
  const certificates = keyPair.certificateInfo ?? [];
  const [leaf] = certificates;
  // A client shows its first certificate; of several CAs any may be the one that is used.
  const isOver = isClient
    ? leaf && hasExpired(leaf, snapshot.now)
    : certificates.length > 0 && certificates.every((certificate) => hasExpired(certificate, snapshot.now));
  return isOver ? `${name} expired at ${leaf?.notAfter}` : undefined;
}

function hasExpired({ notAfter }: Partial<z.output<typeof CertificateInfo>>, now: number): boolean {
  return notAfter !== undefined && Date.parse(notAfter) < now;
}

/** Routes that verify their upstream, by cluster, `from` and upstream host. */
const verifiedUpstreams = perSnapshot(({ routes }) =>
  grouped(
    routes.filter(({ route }) => route.tlsSkipVerify !== true),
    upstreamKeys,
  ),
);

function upstreamKeys({ route, clusterIds }: RouteView): readonly string[] {
  const hosts = upstreamsOf(route).map(({ host }) => host);
  return clusterIds.flatMap((id) => hosts.map((host) => `${id} ${route.from ?? ''} ${host}`));
}
