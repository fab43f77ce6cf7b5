import type { Criterion } from '../ppl.js';
import { certificateKinds } from './certificate.js';
import { deviceKind } from './device.js';
import { identityKinds } from './identity.js';
import type { Kind } from './kind.js';
import { requestKinds } from './request.js';
import { sshKinds } from './ssh.js';
import { timeKinds } from './time.js';

/** Every criterion of Zero by its name (PPL.md 1.4). */
export const kinds: Readonly<Record<string, Kind>> = {
  ...identityKinds,
  device: deviceKind,
  ...requestKinds,
  ...certificateKinds,
  ...sshKinds,
  ...timeKinds,
};

export function kindOfCriterion({ name }: Pick<Criterion, 'name'>): Kind | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined;
}

/** Why an edition of Pomerium refuses a criterion, in the words of the core's generator. */
export function generatorProblem(criterion: Criterion, edition: Kind['edition']): string | undefined {
  const kind = kindOfCriterion(criterion);
  if (!kind || (edition === 'core' && kind.edition !== 'core')) return `unknown policy criterion: ${criterion.name}`;
  const problem = kind.problem(criterion.data);
  return problem === undefined ? undefined : `error generating criterion rules: ${problem}`;
}
