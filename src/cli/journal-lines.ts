import { styleText } from 'node:util';
import { type Fields, nameOf } from '../guard/plan-fields.js';
import { printable } from '../log.js';
import type { Entry } from '../record/entry.js';
import { type Reading, type Recorded, unfinishedIn } from '../record/read.js';
import { ownCommand } from './own-command.js';

/** Which lines are shown. */
export interface Choice {
  readonly operation?: string;
  /** RFC 3339, UTC. */
  readonly since?: string;
  readonly kind?: Entry['kind'];
  /** The newest so many. */
  readonly limit?: number;
}

/** The chosen lines as JSON, oldest first, each with the chain it stands in. */
export function linesAsJson(reading: Reading, choice: Choice): string {
  const lines = choose(reading.lines, choice);
  return lines.map((line) => `${JSON.stringify(line).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escaped)}\n`).join('');
}

/** The chosen lines as a table, oldest first. An intent shows how it ended, so its outcome has no row of its own. */
export function linesAsTable(reading: Reading, choice: Choice, isColored: boolean): string {
  const { lines, damaged } = reading;
  const results = new Map(lines.flatMap((line) => (line.kind === 'outcome' ? [[line.id, line.result]] : [])));
  const gone = new Set(unfinishedIn(reading).map(({ id }) => id));
  const shown = choice.kind ? lines : lines.filter(({ kind }) => kind !== 'outcome');
  const operations = operationsById(lines);
  const rows = choose(shown, choice, operations).map((line) => {
    const id = 'id' in line ? line.id : '';
    const state = results.get(id) ?? (gone.has(id) ? 'unfinished' : 'under way');
    const { effect, channel, approver, outcome } = cellsOf(line, state);
    // Sweden writes local time as RFC 3339 does.
    const time = new Date(line.at).toLocaleString('sv-SE');
    return [time, line.kind, nameIn(line, operations), recordOf(line), effect, channel, approver, outcome];
  });
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const header = [`time (${timeZone})`, 'kind', 'operation', 'record', 'effect', 'channel', 'approver', 'outcome'];
  const table = rows.length > 0 ? align([header, ...rows]) : [];
  const text = table.map((row, index) => `${isColored ? color(row, index) : row}\n`).join('');
  const notes = damaged.map(
    ({ chain, line }) => `${printable(chain)}:${line} is damaged; run: ${ownCommand()} journal verify\n`,
  );
  return `${text}${notes.join('')}` || 'No such lines.\n';
}

/** What a kind of line has to say; `state` is how its intent ended. */
function cellsOf(
  line: Recorded,
  state: string,
): { readonly [Cell in 'effect' | 'channel' | 'approver' | 'outcome']?: unknown } {
  switch (line.kind) {
    case 'opened':
      return { outcome: `zero-mcp ${line.version}, ${line.mode}` };
    case 'question':
      return { outcome: line.headline };
    case 'decision':
      return { channel: line.channel, approver: line.approver, outcome: line.decision };
    case 'refusal':
      return { outcome: line.reason };
    case 'intent':
      return { effect: line.effect, channel: line.channel, approver: line.approver, outcome: state };
    case 'outcome':
      return { outcome: line.result };
  }
}

function choose(lines: readonly Recorded[], choice: Choice, operations = operationsById(lines)): readonly Recorded[] {
  const { operation, since, kind, limit = lines.length } = choice;
  return lines
    .filter((line) => !kind || line.kind === kind)
    .filter((line) => !operation || namesOf(line, operations).includes(operation))
    .filter((line) => !since || line.at >= since)
    .slice(-limit);
}

/** What was called, and what is sent for it where that is another operation. */
type Names = readonly string[];

/** The names of a line: its own, or those of the question or intent it answers. */
function namesOf(line: Recorded, operations: ReadonlyMap<string, Names>): Names {
  if ('operation' in line) return line.tool === undefined ? [line.operation] : [line.tool, line.operation];
  return ('id' in line ? operations.get(line.id) : undefined) ?? [];
}

/** `update_route (patch_route)`. */
function nameIn(line: Recorded, operations: ReadonlyMap<string, Names>): string | undefined {
  const [tool, sent] = namesOf(line, operations);
  return sent === undefined ? tool : `${tool} (${sent})`;
}

function operationsById(lines: readonly Recorded[]): ReadonlyMap<string, Names> {
  return new Map(
    lines.flatMap((line) => ('id' in line && 'operation' in line ? [[line.id, namesOf(line, new Map())]] : [])),
  );
}

/** What the record that a call is about goes by: as it was, as it is sent, or the last id that its arguments name. */
function recordOf(line: Recorded): string | undefined {
  if (line.kind !== 'intent') return undefined;
  const given = Object(line.arguments) as Fields;
  const ids = Object.entries(given).filter(([name]) => name.endsWith('Id') && !PLACES.has(name));
  return nameOf(Object(line.before) as Fields) ?? nameOf(given) ?? ids.map(([, id]) => String(id)).at(-1);
}

/** Arguments that say where a record is, not which. */
const PLACES: ReadonlySet<string> = new Set(['organizationId', 'namespaceId']);

/** Rows as text; a cell that isn't text is one that was cut. */
function align(rows: readonly (readonly unknown[])[]): readonly string[] {
  const cells = rows.map((row) =>
    row.map((cell) => printable(typeof cell === 'string' ? cell : (JSON.stringify(cell) ?? '')) || '-'),
  );
  const widths = cells[0]?.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0))) ?? [];
  const padded = cells.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
  return padded.map((row) => row.join('  ').trimEnd());
}

function color(row: string, index: number): string {
  // The caller knows where this goes.
  const style = (format: 'dim' | 'red') => styleText(format, row, { validateStream: false });
  if (index === 0) return style('dim');
  return / {2}(failed|unknown|unfinished|declined)$/.test(row) ? style('red') : row;
}

function escaped(character: string): string {
  return character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
