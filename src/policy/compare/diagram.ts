import { outcomeOf } from '../evaluate.js';
import type { Dimension } from './dimension.js';
import { type Difference, differenceOf, findingOf, type Sum, settle, type Verdicts } from './formula.js';
import { TooManyCases } from './strings.js';

/** The most open conditions that are looked at for all nodes together; beyond it, a comparison gives up. */
const MOST_WORK = 2_000_000;

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
  let work = 0;
  const groups = dimensions.map(groupsOf);
  const telling = tellingAfter(dimensions);
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
    for (const { allow, deny } of [asking.before, asking.after]) work += 1 + allow.open.size + deny.open.size;
    if (work > MOST_WORK) throw new TooManyCases('too many combinations of what they look at');
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

/** For each dimension, the atoms that may give a telling reason in a later one. */
function tellingAfter(dimensions: readonly Dimension[]): readonly ReadonlySet<number>[] {
  let later: ReadonlySet<number> = new Set();
  const found = dimensions.toReversed().map(({ cells }) => {
    const here = later;
    const telling = cells.flatMap(({ verdicts }) =>
      [...verdicts].flatMap(([atom, { reasons }]) => (reasons > 0 ? atom : [])),
    );
    if (telling.length > 0) later = new Set([...later, ...telling]);
    return here;
  });
  return found.toReversed();
}
