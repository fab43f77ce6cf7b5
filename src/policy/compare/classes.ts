import type { Diagram } from './diagram.js';
import type { Dimension } from './dimension.js';
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

/** Who differs alike, in classes that are as wide as can be; they overlap where that makes them wider. */
export interface Classes {
  readonly found: readonly { readonly difference: Difference; readonly of: Class; readonly witness: Class }[];
  /** Whether there are more than are worth telling. */
  readonly more: boolean;
}

export function classesOf(diagram: Diagram, dimensions: readonly Dimension[]): Classes {
  const found: { readonly difference: Difference; readonly of: Class; readonly witness: Class }[] = [];
  let paths = 0;
  for (const { cells, difference } of pathsOf(diagram, new Map(), dimensions)) {
    paths += 1;
    const ofKind = found.filter((one) => one.difference === difference);
    if (ofKind.some((one) => isWithin(cells, one.of, dimensions))) continue;
    if (paths > MOST_PATHS || ofKind.length >= MOST_CLASSES) return { found, more: true };
    found.push({ difference, of: widen(cells, difference, diagram, dimensions), witness: cells });
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
  const skipsAnonymous = !holdsAnonymous(of, dimensions);
  const known = new Map<Diagram, boolean>();
  const visit = (node: Diagram): boolean => {
    if (typeof node === 'string') return node === difference;
    const before = known.get(node);
    if (before !== undefined) return before;
    const wanted = of.get(node.dimension);
    const isSignIn = dimensions[node.dimension]?.about === 'who';
    const result = node.branches.every(({ cells, to }) => {
      const taken = cells.some(
        (cell) => (!wanted || wanted.has(cell)) && !(isSignIn && cell === ANONYMOUS && skipsAnonymous),
      );
      return !taken || visit(to);
    });
    known.set(node, result);
    return result;
  };
  return visit(diagram);
}

/** The cell of those who aren't signed in, in the dimension that asks it. */
export const ANONYMOUS = 1;

const IDENTITY: ReadonlySet<string> = new Set(['email', 'user', 'claim', 'group', 'device']);

/** Nobody knows who isn't signed in: such visitors are in a class if a stranger is. */
function holdsAnonymous(of: Class, dimensions: readonly Dimension[]): boolean {
  return [...of].every(([dimension, cells]) => !IDENTITY.has(dimensions[dimension]?.about ?? '') || cells.has(0));
}

/** Whether a class says all that a path does. */
function isWithin(path: Class, of: Class, dimensions: readonly Dimension[]): boolean {
  const signIn = dimensions.findIndex(({ about }) => about === 'who');
  const isAnonymous = path.get(signIn)?.has(ANONYMOUS) === true;
  if (isAnonymous && !holdsAnonymous(of, dimensions)) return false;
  return [...of].every(([dimension, wanted]) => {
    const { about = '', cells = [] } = dimensions[dimension] ?? {};
    if (isAnonymous && IDENTITY.has(about)) return true;
    const taken = path.get(dimension) ?? cells.keys();
    return [...taken].every((cell) => wanted.has(cell));
  });
}
