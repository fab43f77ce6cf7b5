import { type Explanation, explainPolicy } from '../explain/explain.js';
import { parsePolicy } from '../parse.js';
import type { Json, Policy } from '../ppl.js';
import { DAYS, type Intent } from './intent.js';

/** A policy made from what somebody wants. */
export interface Draft {
  /** For `create_policy`: a list of rules, each of one action and one block. */
  readonly ppl: readonly Json[];
  readonly policy: Policy;
  readonly explanation: Explanation;
  /** What must be set up for it to work. */
  readonly needs: readonly string[];
}

type Criterion = Readonly<Record<string, Json>>;
type People = NonNullable<Intent['unless']>;

/**
 * Writes the policy that lets in exactly whom the intent names.
 *
 * @param at the moment the explanation's outcomes are told for, in milliseconds since the epoch
 */
export function draftPolicy(intent: Intent, at: number): Draft {
  const ppl = [...allowRules(intent), ...denyRules(intent)];
  const parsed = parsePolicy(ppl);
  if ('problem' in parsed) throw new Error(`a drafted policy can't be parsed: ${parsed.problem.message}`);
  const { policy } = parsed;
  return {
    ppl,
    policy,
    explanation: explainPolicy(policy, { at }),
    needs: needsOf(intent),
  };
}

/** One rule of alternatives, or, where there are conditions too, one rule for each alternative with all of them. */
function allowRules(intent: Intent): readonly Json[] {
  const who = alternativesOf(intent.who);
  const [conditions, ...more] = conditionsOf(intent);
  if (more.length === 0 && conditions?.length === 0) return [{ allow: { or: who } }];
  return who.flatMap((one) =>
    [conditions ?? [], ...more].map((all) => ({ allow: { and: 'accept' in one ? all : [one, ...all] } })),
  );
}

function denyRules({ unless, certificate }: Intent): readonly Json[] {
  const refused: readonly Criterion[] = [
    ...(unless ? peopleOf(unless) : []),
    ...(unless?.networks ? [{ source_ip: unless.networks }] : []),
    ...(certificate ? [{ invalid_client_certificate: true }] : []),
  ];
  return refused.length > 0 ? [{ deny: { or: refused } }] : [];
}

function alternativesOf({ everyone, signedIn, ...people }: Intent['who']): readonly Criterion[] {
  if (everyone) return [{ accept: true }];
  return signedIn ? [{ authenticated_user: true }] : peopleOf(people);
}

function peopleOf({ emails, domains, groups = [], claims = [], userIds }: People): readonly Criterion[] {
  return [
    ...oneOf('email', emails),
    ...oneOf('domain', domains),
    ...groups.map((value) => ({ 'claim/groups': { has: value } })),
    ...claims.map(({ name, value }) => ({ [`claim/${name}`]: { has: value } })),
    ...oneOf('user', userIds),
  ];
}

function oneOf(name: string, values: readonly string[] = []): readonly Criterion[] {
  const [first, ...others] = values;
  if (first === undefined) return [];
  return [{ [name]: others.length === 0 ? { is: first } : { in: values } }];
}

/** What must hold beside who it is. Two lists are two windows of time, either of which will do. */
function conditionsOf({
  from,
  until,
  days,
  hours,
  networks,
  device,
  certificate,
}: Intent): readonly (readonly Criterion[])[] {
  const date = { ...(from && { after: from }), ...(until && { before: until }) };
  const always: readonly Criterion[] = [
    ...(networks ? [{ source_ip: networks }] : []),
    ...(device ? [{ device: { type: device, approved: true } }] : []),
    ...(certificate ? [{ client_certificate: certificateOf(certificate) }] : []),
    ...(Object.keys(date).length > 0 ? [{ date }] : []),
    ...(days ? [{ day_of_week: daysText(days) }] : []),
  ];
  return hours ? windowsOf(hours).map((window) => [...always, { time_of_day: window }]) : [always];
}

function certificateOf({ fingerprints, emailEndsWith }: NonNullable<Intent['certificate']>): Json {
  return {
    ...(fingerprints && { fingerprint: fingerprints }),
    ...(emailEndsWith && { san_email: { ends_with: emailEndsWith } }),
  };
}

/** Hours over midnight are those of the evening and those of the morning. */
function windowsOf({ timezone, after, before }: NonNullable<Intent['hours']>): readonly Json[] {
  const evening = after === undefined ? [] : [{ timezone, after }];
  const morning = before === undefined ? [] : [{ timezone, before }];
  return after !== undefined && before !== undefined && after < before
    ? [{ timezone, after, before }]
    : [...evening, ...morning];
}

/** `mon-fri` for days in a row, else `mon,wed`. */
function daysText(days: readonly (typeof DAYS)[number][]): string {
  const sorted = DAYS.filter((day) => days.includes(day));
  const [first = 'mon'] = sorted;
  const row = DAYS.slice(DAYS.indexOf(first), DAYS.indexOf(first) + sorted.length);
  return sorted.length > 2 && row.every((day) => sorted.includes(day)) ? `${first}-${row.at(-1)}` : sorted.join(',');
}

function needsOf({ who, unless, days, device, certificate }: Intent): readonly string[] {
  const claims = [who, unless].some((people) => people?.groups || people?.claims);
  return [
    ...(claims
      ? [
          'Claims come from an identity provider of your own, with the scope that yields them; Hosted Authenticate sends none.',
        ]
      : []),
    ...(device ? ['Devices must be registered by their users and approved by an administrator.'] : []),
    ...(certificate
      ? ['A trusted CA in the settings (downstreamMtlsCaKeyPairId): without it certificates are not verified.']
      : []),
    ...(days ? ['Days of the week are taken to change at midnight UTC: the documentation names no zone.'] : []),
  ];
}
