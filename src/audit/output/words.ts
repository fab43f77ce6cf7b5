import type { Standing } from '../../rails/standing.js';
import type { Firing } from '../check.js';

/** Evidence as `field: value`, a line each. */
export function evidenceOf(evidence: Firing['evidence']): readonly string[] {
  return Object.entries(evidence).map(([field, value]) => `${field}: ${textOf(value)}`);
}

/** A call as `tool {"argument": ...}`. */
export function fixOf({ tool, arguments: given }: NonNullable<Firing['fix']>): string {
  return `${tool} ${JSON.stringify(given)}`;
}

/** What is broken of the operator's rules, a line each, after how many hold; and what of them meets nothing. */
export function rulesLines({ invariants, tests, passed, failed, notes }: Standing): readonly string[] {
  return [
    `${passed} of ${passed + failed} hold.`,
    ...invariants.flatMap(({ rule, brokenBy, notChecked, matchesNothing = [] }) => [
      ...(brokenBy.length > 0 ? [`${rule}: broken by ${firstOf(brokenBy)}.`] : []),
      ...(notChecked === undefined ? [] : [`${rule}: could not be checked: ${notChecked}.`]),
      ...(matchesNothing.length > 0 ? [`${rule}: matches no route: ${matchesNothing.join(', ')}.`] : []),
    ]),
    ...tests.flatMap(({ title, passed, detail, routeId }) => {
      if (!passed) return [`Test "${title}" fails: ${detail}.`];
      return routeId === undefined ? [`Test "${title}" holds, but ${detail}.`] : [];
    }),
    ...notes,
  ];
}

/** Records that one line names; `zero-mcp test` names all. */
const MOST = 3;

function firstOf(brokenBy: Standing['invariants'][number]['brokenBy']): string {
  const shown = brokenBy.slice(0, MOST).map(({ type, name, how }) => `${type} ${JSON.stringify(name)}: ${how}`);
  const more = brokenBy.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more, which zero-mcp test lists`] : [])].join('; ');
}

/** Lists by commas, structures by their fields; a text is as it is. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(textOf).join(', ');
  if (typeof value !== 'object' || value === null) return String(value ?? 'absent');
  return Object.entries(value)
    .map(([name, field]) => `${name} ${textOf(field)}`)
    .join(' ');
}
