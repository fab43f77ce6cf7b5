import { z } from 'zod';
import { type AcceptedRisk, readAcceptedRisks } from '../audit/accepted-risks.js';
import { isRecord } from '../json.js';
import { didYouMean } from '../nearest.js';
import { invariants, Person, Rules } from './rules.js';

/** All that the operator's file says. */
export interface OperatorRules extends Rules {
  readonly acceptedRisks: readonly AcceptedRisk[];
}

/**
 * Reads the content of the operator's file: `me`, `self`, `invariants`, `tests` as in {@link Rules}, and `acceptedRisks`.
 *
 * @param checks ids of the audit's checks
 * @returns the rules, and a sentence for each thing that is wrong; with any of these nothing may start
 */
export function readRules(
  content: Readonly<Record<string, unknown>>,
  checks: readonly string[],
): { readonly rules: OperatorRules; readonly problems: readonly string[] } {
  const { acceptedRisks = [], ...others } = content;
  const { risks, problems } = readAcceptedRisks(acceptedRisks, checks);
  const { data } = Rules.safeParse(others);
  return {
    rules: { ...data, acceptedRisks: risks },
    problems: [...problems.map((problem) => `acceptedRisks: ${problem}`), ...problemsOf(Rules, others, [])],
  };
}

type Path = readonly PropertyKey[];

/** What is wrong with a value, a sentence each. */
function problemsOf(schema: z.ZodType, value: unknown, place: Path): readonly string[] {
  const { error } = schema.safeParse(value, { error: inWords });
  return (error?.issues ?? []).flatMap((issue) => {
    const path = [...place, ...issue.path];
    if (issue.code === 'unrecognized_keys') {
      const known = place.length + issue.path.length === 0 ? ['acceptedRisks'] : [];
      return issue.keys.map((key) =>
        placed(path, `unknown key ${key}.${didYouMean(key, [...known, ...keysAt(schema, issue.path)])}`),
      );
    }
    const wrong = valueAt(value, issue.path);
    if (issue.code !== 'invalid_union' || !isRecord(wrong)) return placed(path, issue.message);
    if (path[0] !== 'invariants') return problemsOf(Person, wrong, path);
    return problemsOfInvariant(wrong, path);
  });
}

/** Each entry is of the kind that its one key says. */
function problemsOfInvariant(entry: Fields, path: Path): readonly string[] {
  const kinds = Object.keys(invariants);
  const [kind, ...others] = kinds.filter((key) => key in entry);
  if (kind !== undefined && others.length > 0)
    return [placed(path, `${[kind, ...others].join(' and ')} stand in one entry: make one of each.`)];
  if (kind !== undefined) return problemsOf(invariants[kind as keyof typeof invariants], entry, path);
  const [key = ''] = Object.keys(entry);
  return [placed(path, `expected one of ${kinds.join(', ')} with its value.${didYouMean(key, kinds)}`)];
}

function placed(path: Path, sentence: string): string {
  return [...path.map((step) => (typeof step === 'number' ? `entry ${step + 1}` : String(step))), sentence].join(': ');
}

const KINDS: Readonly<Record<string, string>> = { array: 'a list', object: 'keys and values', string: 'text' };

/** What zod would say in words of its own. */
const inWords: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type') return `expected ${KINDS[issue.expected] ?? issue.expected}.`;
  if (issue.code === 'invalid_value') return `expected ${issue.values.map(String).join(' or ')}.`;
  if (issue.code === 'invalid_union') return 'expected keys and values.';
  return undefined;
};

/** The keys that an object at a path of a schema can have. */
function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  const [step, ...rest] = path;
  if (schema instanceof z.ZodOptional) return keysAt(schema.unwrap() as z.ZodType, path);
  if (schema instanceof z.ZodArray) return keysAt(schema.element as z.ZodType, rest);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keysAt(option as z.ZodType, path));
  if (!(schema instanceof z.ZodObject)) return [];
  if (step === undefined) return Object.keys(schema.shape);
  const field = schema.shape[String(step)] as z.ZodType | undefined;
  return field ? keysAt(field, rest) : [];
}

type Fields = Readonly<Record<PropertyKey, unknown>>;

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((found, step) => (Object(found) as Fields)[step], value);
}
