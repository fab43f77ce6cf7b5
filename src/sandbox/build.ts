import type { ClusterState, PolicyRow, RouteRow } from './store.js';
import { compileError } from './zero/ppl.js';
import { regexProblem } from './zero/regex.js';
import { routeProblem } from './zero/route-rules.js';

/**
 * Why a configuration can't be built, or undefined. Only policies that reach a route are compiled: an unused one breaks
 * nothing. Two routes with the same match are allowed, as in Pomerium itself.
 */
export function buildFailure(config: ClusterState): string | undefined {
  for (const route of Object.values(config.routes)) {
    const problem = routeFailure(config, route);
    if (problem) return `route "${route.name}": ${problem}`;
  }
  return settingsFailure(config);
}

function routeFailure(config: ClusterState, route: RouteRow): string | undefined {
  const problem = routeProblem(route) ?? (route.regex === undefined ? undefined : regexProblem(route.regex));
  if (problem) return problem;
  const missing = route.policyIds.find((id) => !config.policies[id]);
  if (missing) return `policy ${missing} not found`;
  const keyPair = [route.tlsClientKeyPairId, route.tlsCustomCaKeyPairId, route.tlsDownstreamClientCaKeyPairId].find(
    (id) => id !== undefined && !config.keyPairs[id],
  );
  if (keyPair) return `key pair ${keyPair} not found`;
  for (const policy of policiesOf(config, route)) {
    const error = compileError(policy.ppl);
    if (error) return `error building policy evaluators: policy "${policy.name}": ${error}`;
  }
  return undefined;
}

function policiesOf(config: ClusterState, route: RouteRow): readonly PolicyRow[] {
  return Object.values(config.policies).filter((policy) => policy.enforced || route.policyIds.includes(policy.id));
}

function settingsFailure({ settings, keyPairs }: ClusterState): string | undefined {
  const ids = [settings.certificateAuthorityKeyPairId, settings.downstreamMtlsCaKeyPairId];
  const missing = ids.find((id) => id !== undefined && !keyPairs[id]);
  return missing && `settings: key pair ${missing} not found`;
}
