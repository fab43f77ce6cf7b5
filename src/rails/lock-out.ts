import type { ClusterView, RouteView, Snapshot } from '../audit/snapshot.js';
import type { PatchOperation } from '../patch.js';
import { label } from '../plain-text.js';
import { decisionOf, evaluate } from '../policy/evaluate.js';
import { personFacts } from '../policy/known-facts.js';
import { matchRoute, nameOf } from '../policy/routes/match.js';
import { compared, doubtsOf, policiesOf } from './access.js';
import type { Write } from './after-call.js';
import type { Rules } from './rules.js';

export interface LockOuts {
  /** Whom a change would shut out, a sentence each; every text that isn't ours is quoted. */
  readonly found: readonly string[];
  /** What couldn't be looked at because the operator hasn't said it, a clause each. */
  readonly notChecked: readonly string[];
}

/** Whom the step from one state to the next would shut out for good, or from what they need to mend it. */
export function lockOuts(before: Snapshot, after: Snapshot, writes: readonly Write[], rules: Rules): LockOuts {
  return {
    found: [
      ...ofSignIn(before, after, writes),
      ...ofOwners(before, after, writes),
      ...ofEverybody(before, after),
      ...(rules.me ?? []).flatMap((email) => [...ofMember(email, before, after), ...ofPerson(email, before, after)]),
      ...(rules.self === undefined ? [] : ofSelf(rules.self, rules.me ?? [], before, after)),
    ],
    notChecked: [...(rules.me ? [] : ['the access of your own people (me)']), ...unknownSelf(rules.self, before)],
  };
}

const SECRET_PATH = '/identityProviderClientSecret';

/** Settings without which nobody can sign in as before. */
const SIGN_IN = {
  authenticateServiceUrl: 'the address where people sign in',
  identityProvider: 'the identity provider',
  identityProviderUrl: "the identity provider's address",
  identityProviderClientId: 'the client at the identity provider',
} as const satisfies Partial<Record<keyof NonNullable<ClusterView['settings']>, string>>;

function ofSignIn(before: Snapshot, after: Snapshot, writes: readonly Write[]): readonly string[] {
  // A stored secret can't be compared: what is seen is that it is written.
  const secret = writes.some(({ input }) =>
    ((input.patch ?? []) as readonly PatchOperation[]).some(({ op, path }) => op !== 'test' && path === SECRET_PATH),
  );
  const bySecret = secret ? ['Nobody may be able to sign in: the client secret at the identity provider changes.'] : [];
  const byField = after.clusters.flatMap(({ cluster, settings }) => {
    const old = before.clusters.find((view) => view.cluster.id === cluster.id)?.settings;
    if (!old || !settings) return [];
    const changed = Object.entries(SIGN_IN).filter(([name]) => {
      const field = name as keyof typeof SIGN_IN;
      // One's own provider in the place of the hosted sign-in changes whom everybody signs in with.
      const isMeant = old[field] !== undefined || field === 'identityProvider';
      return isMeant && old[field] !== settings[field];
    });
    const place = `on cluster ${label(cluster.name ?? '')}`;
    const asksCertificate = !old.downstreamMtlsCaKeyPairId && settings.downstreamMtlsCaKeyPairId;
    return [
      ...changed.map(([, what]) => `Nobody may be able to sign in ${place}: ${what} changes.`),
      // unknown: PPL 1.8, whether Zero then denies all without one, as Pomerium does by itself.
      ...(asksCertificate ? [`Nobody without a client certificate may get in ${place}: a CA for them is set.`] : []),
    ];
  });
  return [...byField, ...bySecret];
}

function ofOwners(before: Snapshot, after: Snapshot, writes: readonly Write[]): readonly string[] {
  const names = new Set(writes.map(({ operation }) => operation.name));
  const leaves = names.has('leave_organization') || names.has('delete_current_user');
  const handsOver = writes.some(
    ({ operation, input: { ownerUserId } }) =>
      operation.name === 'update_organization' &&
      ownerUserId !== undefined &&
      ownerUserId !== before.organization.ownerUserId,
  );
  const owners = ({ users }: Snapshot) => users.filter(({ organizationRole }) => organizationRole === 'owner').length;
  const isLast = owners(before) > 0 && owners(after) === 0;
  return [
    ...(leaves ? ['The account that this server works with loses the organization.'] : []),
    ...(handsOver ? ['The owner hands the organization over; only the new owner can undo that.'] : []),
    ...(isLast ? ['Nobody is left who owns the organization.'] : []),
  ];
}

/** Routes that somebody could open before and nobody can after. */
function ofEverybody(before: Snapshot, after: Snapshot): readonly string[] {
  return after.routes.flatMap((view) => {
    const old = before.routes.find(({ route }) => route.id === view.route.id);
    if (!old || samePolicies(old, view)) return [];
    const closes = isOpenToSomebody(old) && !isOpenToSomebody(view);
    return closes ? [`Nobody can open ${label(nameOf(view.route))} any more.`] : [];
  });
}

function isOpenToSomebody(view: RouteView): boolean {
  const { gains, undecided } = compared([], policiesOf(view));
  return gains.length + undecided.length + doubtsOf(view).length > 0;
}

/** Somebody who could manage the organization and no longer can. */
function ofMember(email: string, before: Snapshot, after: Snapshot): readonly string[] {
  const may = ({ users }: Snapshot) =>
    users.some(
      (user) =>
        user.email?.toLowerCase() === email.toLowerCase() &&
        (user.organizationRole === 'owner' || user.organizationRole === 'admin'),
    );
  return may(before) && !may(after) ? [`${email} can't manage the organization any more.`] : [];
}

function ofPerson(email: string, before: Snapshot, after: Snapshot): readonly string[] {
  return after.routes.flatMap((view) => {
    const old = before.routes.find(({ route }) => route.id === view.route.id);
    if (!old || samePolicies(old, view) || !mayOpen(old, email, before.now) || mayOpen(view, email, after.now))
      return [];
    return [`${email} can't open ${label(nameOf(view.route))} any more.`];
  });
}

/** The route to this server: gone, answered by another, or shut to the operator's people. */
function ofSelf(self: string, me: readonly string[], before: Snapshot, after: Snapshot): readonly string[] {
  return before.clusters.flatMap(({ cluster }) => {
    const old = answering(self, cluster.id, before);
    if (!old) return [];
    const now = answering(self, cluster.id, after);
    const name = label(nameOf(old.route));
    if (now?.route.id !== old.route.id)
      return [`This server can't be reached any more: its route ${name} no longer answers.`];
    const leadsOn = JSON.stringify(now.route.to) === JSON.stringify(old.route.to);
    const shut = me.filter((email) => mayOpen(old, email, before.now) && !mayOpen(now, email, after.now));
    return [
      ...(leadsOn ? [] : [`This server may not be reached any more: its route ${name} leads elsewhere.`]),
      ...(shut.length > 0 ? [`${shut.join(', ')} can't reach this server any more through ${name}.`] : []),
    ];
  });
}

function unknownSelf(self: string | undefined, before: Snapshot): readonly string[] {
  if (self === undefined) return ['the route to this server (self)'];
  const isServed = before.clusters.some(({ cluster }) => answering(self, cluster.id, before));
  return isServed ? [] : ['the route to this server (no route answers self)'];
}

/** The route of a cluster that answers a URL. */
export function answering(url: string, clusterId: string, { routes }: Snapshot): RouteView | undefined {
  const served = routes.filter(({ clusterIds }) => clusterIds.includes(clusterId));
  const match = matchRoute(
    served.map(({ route }) => route),
    url,
  );
  return served.find(({ route }) => route === match?.route);
}

/** Whether a person gets in, or might, depending on what isn't known of them. */
export function mayOpen(view: RouteView, email: string, now: number): boolean {
  if (doubtsOf(view).length > 0) return true;
  const { outcome } = evaluate(policiesOf(view), personFacts(now, { email }));
  return typeof outcome === 'object'
    ? outcome.possible.some((one) => decisionOf(one) === 'allow')
    : outcome === 'allowed';
}

function samePolicies(one: RouteView, other: RouteView): boolean {
  const facts = ({ policies }: RouteView) => JSON.stringify(policies.map(({ policy }) => [policy.id, policy.ppl]));
  return facts(one) === facts(other);
}
