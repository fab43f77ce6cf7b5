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

/**
 * A plan's value, JSON on one line, as the lines a reviewer reads. Blanks are added between its parts, and not a
 * character is changed: what is escaped stays so.
 */
export function linesOf(text: string, indent = '', key = ''): readonly string[] {
  const parts = indent.length + key.length + text.length > WIDTH ? partsOf(text) : undefined;
  if (!parts) return [indent + key + text];
  const inner = parts.flatMap((part, index) => {
    const lines = linesOf(part.text, `${indent}  `, part.key);
    return index < parts.length - 1 ? [...lines.slice(0, -1), `${lines.at(-1)},`] : lines;
  });
  return [indent + key + text.charAt(0), ...inner, indent + text.charAt(text.length - 1)];
}

/** Two values line by line, with the lines that both have beside each other. */
export function compareLines(before: readonly string[], after: readonly string[]): readonly Row[] {
  const [width, height] = [after.length + 1, before.length + 1];
  if (width * height > PAIRS) return beside(before, after);
  // How many lines the two have in common from here on.
  const common = new Uint32Array(width * height);
  const at = (row: number, column: number) => common[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      common[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const rows: Row[] = [];
  let [row, column] = [0, 0];
  let [removed, added]: [string[], string[]] = [[], []];
  while (row < before.length || column < after.length) {
    const [was, is] = [before[row], after[column]];
    if (was !== undefined && was === is) {
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
function partsOf(text: string): readonly { readonly key: string; readonly text: string }[] | undefined {
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
    return { key: key && `${key} `, text: member.slice(key.length) };
  });
}
