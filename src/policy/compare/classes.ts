import type { Diagram } from './diagram.js';
import type { About, Dimension } from './dimension.js';
import type { Difference } from './formula.js';

/** A class of principals and requests: for each dimension that is restricted, its cells. */
export type Class = ReadonlyMap<number, ReadonlySet<number>>;

/** One way through the diagram, with a cell for each dimension that it asks. */
interface Path {
  readonly cells: Class;
  readonly difference: Difference;
}

const MOST_PATHS = 20_000;
const MOST_CLASSES = 50;

/** Who differs alike, as wide as can be, with one way through the diagram. Classes overlap where that makes them wider. */
export interface Found {
  readonly difference: Difference;
  readonly of: Class;
  readonly witness: Class;
}

/** All classes that differ; `more` when there are more than are worth telling. */
export function classesOf(
  diagram: Diagram,
  dimensions: readonly Dimension[],
): { readonly found: readonly Found[]; readonly more: boolean } {
  let found: readonly Found[] = [];
  let paths = 0;
  for (const { cells, difference } of pathsOf(diagram, new Map(), dimensions)) {
    paths += 1;
    const isAlike = (one: Found) => one.difference === difference;
    if (found.some((one) => isAlike(one) && isWithin(cells, one.of, dimensions))) continue;
    if (paths > MOST_PATHS || found.filter(isAlike).length >= MOST_CLASSES) return { found, more: true };
    const of = widen(cells, difference, diagram, dimensions);
    const narrower = (one: Found) => isAlike(one) && isWithin(one.of, of, dimensions);
    const witness = found.find(narrower)?.witness ?? cells;
    found = [...found.filter((one) => !narrower(one)), { difference, of, witness }];
  }
  return { found, more: false };
}

function* pathsOf(node: Diagram, cells: Class, dimensions: readonly Dimension[]): Generator<Path> {
  if (node === 'same') return;
  if (typeof node === 'string') {
    yield { cells, difference: node };
    return;
  }
  // Those who aren't signed in first: they are the witnesses that say most.
  const isSignIn = dimensions[node.dimension]?.about === 'who';
  for (const branch of isSignIn ? node.branches.toReversed() : node.branches) {
    yield* pathsOf(branch.to, new Map([...cells, [node.dimension, new Set(branch.cells)]]), dimensions);
  }
}

/** Takes away every restriction, and adds every cell, without which the class still differs alike. */
function widen(cells: Class, difference: Difference, diagram: Diagram, dimensions: readonly Dimension[]): Class {
  let wide = cells;
  for (const dimension of [...cells.keys()].toReversed()) {
    const without = new Map([...wide].filter(([other]) => other !== dimension));
    if (isAll(diagram, without, difference, dimensions)) {
      wide = without;
      continue;
    }
    for (const more of cellsAlike(diagram, dimension)) {
      const wider = new Map([...wide, [dimension, new Set([...(wide.get(dimension) ?? []), ...more])]]);
      if (isAll(diagram, wider, difference, dimensions)) wide = wider;
    }
  }
  return wide;
}

/** Sets of cells of a dimension that go the same way wherever it is asked. */
function cellsAlike(diagram: Diagram, dimension: number): readonly (readonly number[])[] {
  const ways = new Map<number, string>();
  for (const node of nodesOf(diagram)) {
    if (typeof node === 'string' || node.dimension !== dimension) continue;
    node.branches.forEach(({ cells }, branch) => {
      for (const cell of cells) ways.set(cell, `${ways.get(cell) ?? ''} ${branch}`);
    });
  }
  const alike = new Map<string, number[]>();
  for (const [cell, way] of ways) alike.set(way, [...(alike.get(way) ?? []), cell]);
  return [...alike.values()];
}

function nodesOf(diagram: Diagram, seen = new Set<Diagram>()): ReadonlySet<Diagram> {
  if (seen.has(diagram)) return seen;
  seen.add(diagram);
  if (typeof diagram !== 'string') for (const { to } of diagram.branches) nodesOf(to, seen);
  return seen;
}

/** Whether everybody in a class differs alike. */
function isAll(diagram: Diagram, of: Class, difference: Difference, dimensions: readonly Dimension[]): boolean {
  const known = new Map<Diagram, boolean>();
  const visit = (node: Diagram): boolean => {
    if (typeof node === 'string') return node === difference;
    const before = known.get(node);
    if (before !== undefined) return before;
    const wanted = of.get(node.dimension);
    const about = dimensions[node.dimension]?.about ?? 'unknown';
    const skipped = about in VOID && !holdsWithout(of, about, dimensions) ? WITHOUT : undefined;
    const result = node.branches.every(
      ({ cells, to }) => !cells.some((cell) => (!wanted || wanted.has(cell)) && cell !== skipped) || visit(to),
    );
    known.set(node, result);
    return result;
  };
  return visit(diagram);
}

/** The second cell of some dimensions leaves nothing to ask of others: there is no e-mail address without a session. */
const VOID: Readonly<Partial<Record<About, ReadonlySet<About>>>> = {
  who: new Set(['email', 'user', 'claim', 'group', 'device'] as const),
  traffic: new Set(['method', 'path'] as const),
};

/** The cell of those who aren't signed in, and of what isn't HTTP. */
export const WITHOUT = 1;

/** What a choice of cells leaves nothing to ask of. */
export function voidedBy(cells: Class, dimensions: readonly Dimension[]): ReadonlySet<About> {
  const found = [...cells].flatMap(([index, its]) => {
    const voided = VOID[dimensions[index]?.about ?? 'unknown'];
    return voided && its.has(WITHOUT) && !its.has(0) ? [...voided] : [];
  });
  return new Set(found);
}

/** Whether a class, which may name e-mail addresses, holds those who have none: it does if it holds a stranger. */
export function holdsWithout(of: Class, about: About, dimensions: readonly Dimension[]): boolean {
  const voided = VOID[about];
  return [...of].every(([index, cells]) => voided?.has(dimensions[index]?.about ?? 'unknown') !== true || cells.has(0));
}

/** Whether a class says all that a path does. */
function isWithin(path: Class, of: Class, dimensions: readonly Dimension[]): boolean {
  const voided = voidedBy(path, dimensions);
  return [...of].every(([index, wanted]) => {
    const dimension = dimensions[index];
    if (dimension && voided.has(dimension.about)) return wanted.has(0);
    const taken = path.get(index) ?? dimension?.cells.keys() ?? [];
    return [...taken].every((cell) => wanted.has(cell));
  });
}
