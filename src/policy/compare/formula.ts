import type { Finding } from '../criteria/kind.js';
import type { Outcome } from '../outcome.js';

/** The reasons that an outcome can depend on beside the values (PPL.md 1.7), each a bit of a number. */
const TELLING: readonly string[] = [
  'user-unauthenticated',
  'device-unauthenticated',
  'device-unauthorized',
  'client-certificate-required',
  'invalid-client-certificate',
  'route-not-found',
];

/** What an atom comes to in some case: its value, and its telling reasons as bits. */
export interface Verdict {
  readonly value: boolean;
  readonly reasons: number;
}

/** What atoms come to, by their numbers; those left out aren't settled. */
export type Verdicts = ReadonlyMap<number, Verdict>;

/** All of the atoms, or, inverted, not all of them. */
export interface Literal {
  readonly atoms: readonly number[];
  readonly inverted: boolean;
  /** Where it is false, the term isn't false but isn't there. */
  readonly condition?: true | undefined;
}

/** Literals that are ANDed, some of them settled already. */
interface Term {
  readonly open: readonly Literal[];
  /** It can't become true any more; open are those literals whose reasons may still matter. */
  readonly failed: boolean;
  /** Of the settled literals that agree with it: the true ones, or, when it has failed, the false ones. */
  readonly reasons: number;
}

/** Allow or deny: the OR of terms, as far as it is settled. */
export interface Sum {
  readonly value: boolean;
  /** Of the settled terms that agree with the value. */
  readonly reasons: number;
  readonly terms: readonly Term[];
  /** The atoms that aren't settled. */
  readonly open: ReadonlySet<number>;
  /** Equal for sums that are equal. */
  readonly key: string;
}

export function sumOf(terms: readonly (readonly Literal[])[]): Sum {
  return tidy(
    false,
    0,
    terms.map((open) => ({ open, failed: false, reasons: 0 })),
  );
}

/**
 * A sum after some atoms are settled.
 *
 * @param telling atoms that may yet give a telling reason: terms that have failed wait for them
 */
export function settle(sum: Sum, verdicts: Verdicts, telling: ReadonlySet<number>): Sum {
  if (![...verdicts.keys()].some((atom) => sum.open.has(atom))) return sum;
  let { value, reasons } = sum;
  let failedReasons = value ? 0 : reasons;
  const waiting: Term[] = [];
  for (const before of sum.terms) {
    const term = settleTerm(before, verdicts, telling);
    if (!term) continue;
    if (term.open.length > 0) waiting.push(term);
    else if (term.failed) failedReasons |= term.reasons;
    else {
      reasons = value ? reasons | term.reasons : term.reasons;
      value = true;
    }
  }
  if (!value) return tidy(false, failedReasons, waiting);
  // Beside a true term, false ones say nothing, and true ones only what isn't said yet.
  const said = reasons;
  const adding = waiting.filter(
    (term) => !term.failed && ((term.reasons & ~said) !== 0 || term.open.some((literal) => tells(literal, telling))),
  );
  return tidy(true, reasons, adding);
}

/** What a settled sum comes to, as the evaluator says it. */
export function findingOf({ value, reasons }: Sum): Finding {
  return { value, reasons: TELLING.filter((_, bit) => reasons & (1 << bit)) };
}

export function verdictOf({ value, reasons }: Finding): Verdict {
  let bits = 0;
  for (const reason of reasons) {
    const bit = TELLING.indexOf(reason);
    if (bit >= 0) bits |= 1 << bit;
  }
  return { value, reasons: bits };
}

/** How an outcome differs for who asks. */
export type Difference = 'gains' | 'loses' | 'otherwise';

/** Undefined where nothing changes. */
export function differenceOf(before: Outcome, after: Outcome): Difference | undefined {
  if (before === after) return undefined;
  if (after === 'allowed') return 'gains';
  return before === 'allowed' ? 'loses' : 'otherwise';
}

function settleTerm(term: Term, verdicts: Verdicts, telling: ReadonlySet<number>): Term | undefined {
  let trueReasons = term.failed ? 0 : term.reasons;
  let falseReasons = term.failed ? term.reasons : 0;
  let { failed } = term;
  const open: Literal[] = [];
  for (const literal of term.open) {
    const settled = settleLiteral(literal, verdicts);
    if ('atoms' in settled) open.push(settled);
    else if (settled.value) trueReasons |= settled.reasons;
    else if (literal.condition) return undefined;
    else {
      failed = true;
      falseReasons |= settled.reasons;
    }
  }
  if (!failed) return { open, failed, reasons: trueReasons };
  return {
    open: open.filter((literal) => tells(literal, telling)),
    failed,
    reasons: falseReasons,
  };
}

function settleLiteral(literal: Literal, verdicts: Verdicts): Literal | Verdict {
  const { atoms, inverted } = literal;
  const open: number[] = [];
  let value = true;
  let reasons = 0;
  for (const atom of atoms) {
    const verdict = verdicts.get(atom);
    if (!verdict) open.push(atom);
    else {
      // False ones alone say why a literal is false.
      reasons = verdict.value === value ? reasons | verdict.reasons : value ? verdict.reasons : reasons;
      value &&= verdict.value;
    }
  }
  if (value && open.length > 0) return { ...literal, atoms: open };
  return { value: value !== inverted, reasons };
}

function tells({ atoms, condition }: Literal, telling: ReadonlySet<number>): boolean {
  return condition === true || atoms.some((atom) => telling.has(atom));
}

function tidy(value: boolean, reasons: number, terms: readonly Term[]): Sum {
  const sorted = [...new Map(terms.map((term) => [keyOf(term), term]))].toSorted(([left], [right]) =>
    left < right ? -1 : 1,
  );
  return {
    value,
    reasons,
    terms: sorted.map(([, term]) => term),
    open: new Set(terms.flatMap(({ open }) => open.flatMap((literal) => literal.atoms))),
    key: `${Number(value)}:${reasons}:${sorted.map(([key]) => key).join('|')}`,
  };
}

function keyOf({ open, failed, reasons }: Term): string {
  const literals = open.map(
    ({ atoms, inverted, condition }) => (inverted ? '!' : condition ? '?' : '') + atoms.join('&'),
  );
  return `${Number(failed)}.${reasons}.${[...new Set(literals)].toSorted().join(',')}`;
}
