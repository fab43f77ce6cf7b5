import type { Standing } from '../../rails/standing.js';
import type { Firing } from '../check.js';

/** Evidence as `field: value`, a line each; values are JSON where they aren't plain text. */
export function evidenceOf(evidence: Firing['evidence']): readonly string[] {
  return Object.entries(evidence).map(([field, value]) => `${field}: ${textOf(value)}`);
}

/** A call as `tool {"argument": ...}`. */
export function fixOf({ tool, arguments: given }: NonNullable<Firing['fix']>): string {
  return `${tool} ${JSON.stringify(given)}`;
}

/** What is broken of the operator's rules, a line each, after how many hold. */
export function rulesLines({ invariants, tests, passed, failed }: Standing): readonly string[] {
  return [
    `${passed} of ${passed + failed} hold.`,
    ...invariants.flatMap(({ rule, brokenBy, notChecked }) => [
      ...brokenBy.map(({ type, name, how }) => `${rule}: broken by ${type} ${JSON.stringify(name)}: ${how}.`),
      ...(notChecked === undefined ? [] : [`${rule}: could not be checked: ${notChecked}.`]),
    ]),
    ...tests.flatMap(({ title, passed, detail }) => (passed ? [] : [`Test "${title}" fails: ${detail}.`])),
  ];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent');
}
