import type { Criterion } from '../ppl.js';
import { certificateKinds } from './certificate.js';
import { deviceKind } from './device.js';
import { identityKinds } from './identity.js';
import { type Kind, kind } from './kind.js';
import { requestKinds } from './request.js';
import { sshKinds } from './ssh.js';
import { timeKinds } from './time.js';

const recordKind: Kind = kind('identity', {
  edition: 'enterprise',
  judge: () => () => ({
    possible: [
      { value: true, reasons: ['record-ok'] },
      { value: false, reasons: ['record-unauthorized'] },
    ],
    unknown: 'the external data records of Enterprise',
  }),
});

/** Every criterion by its name (PPL.md 1.4). */
export const kinds: Readonly<Record<string, Kind>> = {
  ...identityKinds,
  device: deviceKind,
  ...requestKinds,
  ...certificateKinds,
  ...sshKinds,
  ...timeKinds,
  record: recordKind,
};

export function kindOfCriterion({ name }: Pick<Criterion, 'name'>): Kind | undefined {
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined;
}

/** Why Pomerium's generator refuses a criterion, in its words; `core` leaves out what only other editions have. */
export function generatorProblem(criterion: Criterion, edition: 'core' | 'any'): string | undefined {
  const known = kindOfCriterion(criterion);
  if (!known || (edition === 'core' && known.edition !== 'core')) return `unknown policy criterion: ${criterion.name}`;
  const problem = known.problem(criterion.data);
  return problem === undefined ? undefined : `error generating criterion rules: ${problem}`;
}
