/** Columns up to which a value stays on one line. */
const WIDTH = 46;

/** How many pairs of lines are compared at most; beyond, all count as changed. */
const PAIRS = 1_000_000;

/** A line of two values side by side; undefined where one has nothing beside the other's line. */
export interface Row {
  readonly before?: string;
  readonly after?: string;
  readonly changed: boolean;
}

/** A part of a value: its text, and where it stands. */
interface Part {
  readonly text: string;
  /** With its colon; empty for what has none. */
  readonly key: string;
  readonly indent: string;
  /** The keys that lead to it; items of a list share one. */
  readonly path: string;
}

/**
 * A plan's value, JSON on one line, as the lines a reviewer reads. Blanks are added between its parts, and not a
 * character is changed: what is escaped stays so.
 */
export function linesOf(text: string): readonly string[] {
  return linesBy(wholeOf(text), brokenIn(wholeOf(text)));
}

/**
 * Two values as lines, laid out alike: what is too long for a line in one of them is broken in both. One that stands alone
 * on one side and in a list on the other (the rules of a policy may) is laid out as an item of the list.
 */
export function linesOfBoth(before: string, after: string): readonly (readonly string[])[] {
  const isItem = (text: string, other: string) => text.startsWith('{') && other.startsWith('[');
  const wholes = [
    wholeOf(before, isItem(before, after) ? ITEM : ''),
    wholeOf(after, isItem(after, before) ? ITEM : ''),
  ];
  const broken = new Set(wholes.flatMap((whole) => [...brokenIn(whole)]));
  return wholes.map((whole) => linesBy(whole, broken));
}

const wholeOf = (text: string, path = ''): Part => ({ text, key: '', indent: '', path });

/** The path of what stands in a list that is the whole value. */
const ITEM = '/';

/** Where a value is too long for its line. */
function brokenIn(part: Part): ReadonlySet<string> {
  const { text, key, indent, path } = part;
  const parts = indent.length + key.length + text.length > WIDTH ? partsOf(part) : undefined;
  return new Set(parts ? [path, ...parts.flatMap((inner) => [...brokenIn(inner)])] : []);
}

function linesBy(part: Part, broken: ReadonlySet<string>): readonly string[] {
  const { text, key, indent, path } = part;
  const parts = broken.has(path) ? partsOf(part) : undefined;
  if (!parts) return [indent + key + text];
  const inner = parts.flatMap((each, index) => {
    const lines = linesBy(each, broken);
    return index < parts.length - 1 ? [...lines.slice(0, -1), `${lines.at(-1)},`] : lines;
  });
  return [indent + key + text.charAt(0), ...inner, indent + text.charAt(text.length - 1)];
}

/** Two values line by line, with the lines that both have beside each other, however deep and whether or not others follow. */
export function compareLines(before: readonly string[], after: readonly string[]): readonly Row[] {
  const bare = (text = '') => text.trimStart().replace(/,$/, '');
  const isSame = (one?: string, other?: string) => bare(one) === bare(other);
  const [width, height] = [after.length + 1, before.length + 1];
  if (width * height > PAIRS) return beside(before, after);
  // How many lines the two have in common from here on.
  const common = new Uint32Array(width * height);
  const at = (row: number, column: number) => common[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      common[row * width + column] = isSame(before[row], after[column])
        ? at(row + 1, column + 1) + 1
        : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const rows: Row[] = [];
  let [row, column] = [0, 0];
  let [removed, added]: [string[], string[]] = [[], []];
  while (row < before.length || column < after.length) {
    const [was, is] = [before[row], after[column]];
    if (was !== undefined && is !== undefined && isSame(was, is)) {
      rows.push(...beside(removed, added), { before: was, after: is, changed: false });
      [removed, added] = [[], []];
      row += 1;
      column += 1;
    } else if (was !== undefined && (is === undefined || at(row + 1, column) >= at(row, column + 1))) {
      removed.push(was);
      row += 1;
    } else if (is !== undefined) {
      added.push(is);
      column += 1;
    }
  }
  return [...rows, ...beside(removed, added)];
}

function beside(before: readonly string[], after: readonly string[]): readonly Row[] {
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => ({
    before: before[index],
    after: after[index],
    changed: true,
  }));
}

/** The members of an object or array; undefined for any other text. */
function partsOf({ text, indent, path }: Part): readonly Part[] | undefined {
  if (!/^(\{.+\}|\[.+\])$/s.test(text)) return undefined;
  const cuts = [0];
  let [depth, isQuoted] = [0, false];
  for (let index = 0; index < text.length; index += 1) {
    const sign = text.charAt(index);
    if (isQuoted && sign === '\\') index += 1;
    else if (sign === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if ('{['.includes(sign)) depth += 1;
    else if ('}]'.includes(sign)) depth -= 1;
    else if (sign === ',' && depth === 1) cuts.push(index);
  }
  return cuts.map((cut, index) => {
    const member = text.slice(cut + 1, cuts[index + 1] ?? -1);
    const key = text.startsWith('{') ? (/^"(?:[^"\\]|\\.)*":/.exec(member)?.[0] ?? '') : '';
    return { key: key && `${key} `, text: member.slice(key.length), indent: `${indent}  `, path: `${path}/${key}` };
  });
}
