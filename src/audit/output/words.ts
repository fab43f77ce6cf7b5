import type { Firing } from '../check.js';

/** Evidence as `field: value`, a line each; values are JSON where they aren't plain text. */
export function evidenceOf(evidence: Firing['evidence']): readonly string[] {
  return Object.entries(evidence).map(([field, value]) => `${field}: ${textOf(value)}`);
}

/** A call as `tool {"argument": ...}`. */
export function fixOf({ tool, arguments: given }: NonNullable<Firing['fix']>): string {
  return `${tool} ${JSON.stringify(given)}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'absent');
}
