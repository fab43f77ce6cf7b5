import { fenced, label, line, word } from '../plain-text.js';

/** Columns of a table; what is more is in the record's own resource. */
const MOST_COLUMNS = 8;

type Fields = Readonly<Record<string, unknown>>;

/**
 * An answer for reading. Texts that aren't ours stay on their line, quoted, or in a fence that no line of theirs can end.
 */
export function toMarkdown(title: string, content: Fields): string {
  const { items, ...rest } = content;
  const isList = Array.isArray(items);
  const parts = [
    `# ${title}`,
    ...fieldsOf(isList ? rest : content),
    ...(isList ? [items.length > 0 ? tableOf(items) : 'None.'] : []),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Plain values as a list, then each structured one in a fence of its own. */
function fieldsOf(content: Fields): readonly string[] {
  const fields = Object.entries(content).filter(([, value]) => value !== undefined && value !== null);
  const plain = fields.filter(([, value]) => isPlain(value));
  const structured = fields.filter(([, value]) => !isPlain(value));
  return [
    ...(plain.length > 0 ? [plain.map(([name, value]) => `- **${word(name)}**: ${shown(value)}`).join('\n')] : []),
    ...structured.map(([name, value]) => `## ${word(name)}\n\n${fenced(JSON.stringify(value, null, 2), 'json')}`),
  ];
}

function tableOf(items: readonly unknown[]): string {
  const rows = items.map((item) => (typeof item === 'object' && item !== null ? (item as Fields) : { value: item }));
  const names = [...new Set(rows.flatMap((row) => Object.keys(row).filter((name) => isPlain(row[name]))))];
  const columns = names.sort((one, other) => rank(one) - rank(other)).slice(0, MOST_COLUMNS);
  const cells = rows.map((row) => columns.map((name) => (isPlain(row[name]) ? cell(row[name]) : '')));
  return [columns.map(word), columns.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/** Who a record is comes first, when it was touched last. */
function rank(name: string): number {
  return ['name', 'id'].includes(name) ? -1 : ['createdAt', 'updatedAt', 'namespaceId'].includes(name) ? 1 : 0;
}

/** What fits on a line: a value, or a short list of them. */
function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || (Array.isArray(value) && value.every((item) => typeof item !== 'object'));
}

function cell(value: unknown): string {
  return value === undefined ? '' : shown(value).replaceAll('|', '\\|');
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(', ');
  return typeof value === 'string' ? (value.length > 80 ? line(value) : inline(value)) : String(value);
}

/** Nothing in a quoted text is markup. */
function inline(value: string): string {
  const text = word(value);
  return text === value ? text : label(value).replace(/[<>`*_[\]]/g, '\\$&');
}
