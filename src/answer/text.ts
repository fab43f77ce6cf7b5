import { isRecord } from '../json.js';
import { fenced } from '../plain-text.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * An answer as text, saying what its structure says: our notices line by line, and everything else inside a fence. What is
 * only ours (an error, a question) is JSON as it is: others' texts in it stay inside their quotes.
 */
export function textOf(content: Fields): string {
  if (OURS.some((name) => name in content)) return JSON.stringify(content);
  const { notices, ...data } = content;
  if (!Array.isArray(notices)) return fenced(dataOf(content));
  return [...notices, fenced(dataOf(data))].join('\n');
}

const OURS = ['error', 'confirmation_required', 'already_done'];

/** Rows as a table (commas, one line each) or as lines of JSON, whichever is shorter; else JSON. */
function dataOf(content: Fields): string {
  const { items, ...rest } = content;
  if (!Array.isArray(items) || items.length === 0 || !items.every(isRecord)) return JSON.stringify(content);
  const table = tableOf(items);
  const lines = items.map((item) => JSON.stringify(item)).join('\n');
  const around = Object.entries(rest).map(([name, value]) => `${name}: ${cellOf(value)}`);
  return [table.length < lines.length ? table : lines, ...around].join('\n');
}

/** Columns are paths to what is no object itself; a list of objects is one column for each of their fields. */
function tableOf(rows: readonly Fields[]): string {
  const flat = rows.map((row) => flatten(row));
  const columns = [...new Set(flat.flatMap((row) => [...row.keys()]))];
  const lines = flat.map((row) => columns.map((column) => (row.has(column) ? cellOf(row.get(column)) : '')).join(','));
  return [columns.join(','), ...lines].join('\n');
}

function flatten(record: Fields, prefix = ''): Map<string, unknown> {
  const cells = new Map<string, unknown>();
  for (const [name, value] of Object.entries(record)) {
    const path = `${prefix}${name}`;
    const only = onlyField(value);
    if (only) cells.set(`${path}[].${only.name}`, only.values);
    else if (isRecord(value) && Object.keys(value).length > 0) {
      for (const [inner, cell] of flatten(value, `${path}.`)) cells.set(inner, cell);
    } else cells.set(path, value);
  }
  return cells;
}

/** Of objects that all have the same one field: its name and their values. */
function onlyField(value: unknown): { readonly name: string; readonly values: readonly unknown[] } | undefined {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isRecord)) return undefined;
  const names = new Set(value.flatMap((item) => Object.keys(item)));
  const [name] = names;
  if (name === undefined || names.size > 1 || !value.every((item) => name in item)) return undefined;
  return { name, values: value.map((item) => item[name]) };
}

/** A text stands bare where nobody could take it for anything else. */
function cellOf(value: unknown): string {
  if (typeof value === 'string') return isPlain(value) ? value : JSON.stringify(value);
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === 'string') return `[${cellOf(value[0])}]`;
  return JSON.stringify(value);
}

function isPlain(text: string): boolean {
  return (
    !/^$|^[\s\d[{+-]|\s$|[",\]\p{C}\p{Zl}\p{Zp}]|^(true|false|null)$/u.test(text) ||
    /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)
  );
}
