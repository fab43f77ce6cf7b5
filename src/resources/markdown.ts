import { fenced, line } from '../plain-text.js';

/** Columns of a table; what is more is in the record's own resource. */
const MOST_COLUMNS = 8;
/** Characters of a list that stands on one line. */
const SHORT = 120;
/** Below that, a value is JSON on one line. */
const DEEPEST = 4;

type Fields = Readonly<Record<string, unknown>>;

/**
 * An answer for reading: what it is as the title, plain values as a list, records as tables, policies as YAML. Texts that
 * aren't ours stay on their line, quoted, or in a fence that no line of theirs can end.
 *
 * @param title of the tool: `Read a route`, `List routes`
 */
export async function toMarkdown(title: string, content: Fields): Promise<string> {
  const { items, ...rest } = content;
  const isList = Array.isArray(items);
  const { id, name } = rest;
  const isNamed = !isList && typeof id === 'string' && typeof name === 'string' && name !== '';
  const { name: _, ...others } = rest;
  const sections = await sectionsOf(isNamed ? others : rest);
  const list = isList ? [items.length > 0 ? tableOf(items.map(asFields)) : 'None.'] : [];
  return `${[`# ${headingOf(title)}${isNamed ? ` ${quoted(name)}` : ''}`, ...sections, ...list].join('\n\n')}\n`;
}

/** What a tool reads, from what it does. */
function headingOf(title: string): string {
  const noun = title.replace(/^(Read|List) (an? |the )?/, '');
  return noun.charAt(0).toUpperCase() + noun.slice(1);
}

/** Plain values as a list, then each structured one, and each text of several lines, below a heading of its own. */
async function sectionsOf(content: Fields): Promise<readonly string[]> {
  const fields = told(content);
  const isOwn = (value: unknown) => !isPlain(value) || (typeof value === 'string' && value.includes('\n'));
  const plain = Object.fromEntries(fields.filter(([, value]) => !isOwn(value)));
  const own = fields.filter(([, value]) => isOwn(value));
  const sections = own.map(async ([name, value]) => `## ${named(name)}\n\n${await sectionOf(name, value)}`);
  return [...(Object.keys(plain).length > 0 ? [listOf(plain)] : []), ...(await Promise.all(sections))];
}

async function sectionOf(name: string, value: unknown): Promise<string> {
  if (typeof value === 'string') return fenced(value.replace(/\n$/, ''));
  if (name === 'ppl') {
    const { stringify } = await import('yaml');
    return fenced(stringify(value, { lineWidth: 0 }).trimEnd(), 'yaml');
  }
  if (!Array.isArray(value)) return listOf(asFields(value));
  const rows = value.map(asFields);
  if (rows.every((row) => told(row).every(([, field]) => isPlain(field)))) return tableOf(rows);
  return rows
    .map((row, index) => {
      const { name: own, ...others } = row;
      const isNamed = typeof own === 'string' && own !== '';
      return `### ${isNamed ? quoted(own) : index + 1}\n\n${listOf(isNamed ? others : row)}`;
    })
    .join('\n\n');
}

/** Fields as a list: who a record is first, when it was touched last, and all that is off in one line. */
function listOf(fields: Fields, depth = 0): string {
  const pad = '  '.repeat(depth);
  const all = told(fields);
  const off = all.filter(([, value]) => value === false).map(([name]) => named(name));
  const lines = all
    .filter(([, value]) => value !== false)
    .map(([name, value]) => {
      const start = `${pad}- **${named(name)}**:`;
      if (isPlain(value) && (!Array.isArray(value) || shown(value).length <= SHORT)) return `${start} ${shown(value)}`;
      if (depth >= DEEPEST) return `${start} ${escaped(line(value))}`;
      return `${start}\n${Array.isArray(value) ? bullets(value, depth + 1) : listOf(asFields(value), depth + 1)}`;
    });
  return [...lines, ...(off.length > 0 ? [`${pad}- **false**: ${off.join(', ')}`] : [])].join('\n') || 'Nothing.';
}

function bullets(values: readonly unknown[], depth: number): string {
  const pad = '  '.repeat(depth);
  return values.map((value) => `${pad}- ${isPlain(value) ? shown(value) : inBrief(value)}`).join('\n');
}

function tableOf(rows: readonly Fields[]): string {
  const names = [...new Set(rows.flatMap((row) => told(row).map(([name]) => name)))];
  const columns = names.sort((one, other) => rank(one) - rank(other)).slice(0, MOST_COLUMNS);
  const cells = rows.map((row) => columns.map((name) => (isNothing(row[name]) ? '' : inBrief(row[name]))));
  return [columns.map(named), columns.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** The fields that say something, in the order of reading. */
function told(fields: Fields): readonly (readonly [string, unknown])[] {
  return Object.entries(fields)
    .filter(([, value]) => !isNothing(value))
    .sort(([one], [other]) => rank(one) - rank(other));
}

function rank(name: string): number {
  return name === 'name' ? -2 : name === 'id' ? -1 : ['createdAt', 'updatedAt', 'namespaceId'].includes(name) ? 1 : 0;
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : { value };
}

/** What fits on a line: a value, or a list of them. */
function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || (Array.isArray(value) && value.every((item) => typeof item !== 'object'));
}

/** A structure by its plain fields. */
function inBrief(value: unknown): string {
  if (isPlain(value)) return shown(value);
  if (Array.isArray(value)) return value.map(inBrief).join('; ');
  const fields = told(asFields(value)).filter(([, field]) => isPlain(field));
  const [only, ...others] = fields;
  if (only && others.length === 0) return shown(only[1]);
  return fields.map(([name, field]) => `${named(name)} ${shown(field)}`).join(', ');
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(', ');
  return typeof value === 'string' ? named(value) : String(value);
}

/** An id, a time, a field's name, a URL: as it is when it looks like one, else quoted. */
function named(text: string): string {
  return /^[\w.:+/@=-]{1,120}$/.test(text) ? escaped(text) : quoted(text);
}

/** On one line, in quotes, whole. */
function quoted(text: string): string {
  return escaped(line(text));
}

/** Text that Markdown and HTML take for text. An underscore within a word is none of theirs. */
function escaped(text: string): string {
  return text.replace(/[\\`*[\]<>|#~&]|(?<![a-z0-9])_|_(?![a-z0-9])/gi, '\\$&');
}
