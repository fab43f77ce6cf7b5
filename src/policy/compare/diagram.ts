import { outcomeOf } from '../evaluate.js';
import type { Dimension } from './dimension.js';
import { type Difference, differenceOf, findingOf, type Sum, settle, type Verdicts } from './formula.js';
import { TooManyCases } from './strings.js';

/** The most nodes of a diagram; beyond it, a comparison gives up. */
const MOST_NODES = 100_000;

/** What allow and deny come to before and after, as far as it is settled. */
export interface Question {
  readonly before: { readonly allow: Sum; readonly deny: Sum };
  readonly after: { readonly allow: Sum; readonly deny: Sum };
}

/** A decision diagram: nodes ask one dimension each, ends say what changes. Equal parts are one node. */
export type Diagram = Fork | Difference | 'same';

export interface Fork {
  readonly dimension: number;
  /** Where the cells lead; together they hold every cell, each once. */
  readonly branches: readonly { readonly cells: readonly number[]; readonly to: Diagram }[];
}

/** @throws TooManyCases when the diagram grows too large */
export function diagramOf(question: Question, dimensions: readonly Dimension[]): Diagram {
  const groups = dimensions.map(groupsOf);
  const telling = dimensions.map((_, index) => tellingFrom(dimensions, index + 1));
  const known = new Map<string, Diagram>();
  const forks = new Map<string, Fork>();
  const ids = new Map<Diagram, number>();
  const idOf = (node: Diagram) => {
    const id = ids.get(node) ?? ids.size;
    ids.set(node, id);
    return id;
  };

  function visit(asking: Question, index: number): Diagram {
    const keys = [asking.before.allow, asking.before.deny, asking.after.allow, asking.after.deny].map(({ key }) => key);
    if (keys[0] === keys[2] && keys[1] === keys[3]) return 'same';
    const its = groups[index];
    if (!its) return endOf(asking);
    const key = `${index} ${keys.join(' ')}`;
    const found = known.get(key);
    if (found) return found;
    if (known.size > MOST_NODES) throw new TooManyCases('too many combinations of what they look at');
    const node = isAsked(asking, its) ? fork(asking, index, its) : visit(asking, index + 1);
    known.set(key, node);
    return node;
  }

  function fork(asking: Question, index: number, its: readonly Group[]): Diagram {
    const branches = new Map<Diagram, number[]>();
    const mayTell = telling[index] ?? new Set();
    for (const { verdicts, cells } of its) {
      const to = visit(settleAll(asking, verdicts, mayTell), index + 1);
      const reached = branches.get(to) ?? [];
      branches.set(to, reached);
      for (const cell of cells) reached.push(cell);
    }
    const [only, ...others] = branches.keys();
    if (only !== undefined && others.length === 0) return only;
    const sign = `${index} ${[...branches].map(([to, cells]) => `${idOf(to)}:${cells.join()}`).join(' ')}`;
    const node = forks.get(sign) ?? {
      dimension: index,
      branches: [...branches].map(([to, cells]) => ({ to, cells })),
    };
    forks.set(sign, node);
    return node;
  }

  return visit(question, 0);
}

function endOf({ before, after }: Question): Diagram {
  const outcome = ({ allow, deny }: Question['before']) => outcomeOf(findingOf(allow), findingOf(deny));
  return differenceOf(outcome(before), outcome(after)) ?? 'same';
}

/** Cells that settle the same. */
interface Group {
  readonly verdicts: Verdicts;
  readonly cells: readonly number[];
}

function groupsOf({ cells }: Dimension): readonly Group[] {
  const groups = new Map<string, { readonly verdicts: Verdicts; readonly cells: number[] }>();
  cells.forEach(({ verdicts }, cell) => {
    const key = [...verdicts].map(([atom, { value, reasons }]) => `${atom}${value ? '+' : '-'}${reasons}`).join();
    const group = groups.get(key) ?? { verdicts, cells: [] };
    group.cells.push(cell);
    groups.set(key, group);
  });
  return [...groups.values()];
}

function isAsked({ before, after }: Question, groups: readonly Group[]): boolean {
  const sums = [before.allow, before.deny, after.allow, after.deny];
  return groups.some(({ verdicts }) => [...verdicts.keys()].some((atom) => sums.some(({ open }) => open.has(atom))));
}

function settleAll({ before, after }: Question, verdicts: Verdicts, telling: ReadonlySet<number>): Question {
  const both = ({ allow, deny }: Question['before']) => ({
    allow: settle(allow, verdicts, telling),
    deny: settle(deny, verdicts, telling),
  });
  return { before: both(before), after: both(after) };
}

/** The atoms that may give a telling reason in some dimension from `start` on. */
function tellingFrom(dimensions: readonly Dimension[], start: number): ReadonlySet<number> {
  const found = new Set<number>();
  for (const { cells } of dimensions.slice(start)) {
    for (const { verdicts } of cells) for (const [atom, { reasons }] of verdicts) if (reasons > 0) found.add(atom);
  }
  return found;
}
