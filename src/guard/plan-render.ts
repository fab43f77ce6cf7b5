import { count, label } from '../plain-text.js';
import type { AccessChange, Review } from '../rails/review.js';
import { headlinesOf, type Plan, type PlannedEntity, type PlannedField, wasNeverLive } from './plan.js';
import { titleOf } from './plan-entry.js';

/** What a question in the host may hold at most. */
const HOST_ENTITIES = 25;
const HOST_CHARACTERS = 6_000;

/**
 * A plan as text, one fact to a line. Nothing that isn't ours stands at the beginning of a line.
 *
 * @param width columns; longer lines go on below, behind a bar. Without it they are left long.
 */
export function renderPlan(plan: Plan, { width = Number.POSITIVE_INFINITY }: { readonly width?: number } = {}): string {
  const own = plan.operation !== 'apply_changeset';
  const edited = (ours: boolean) => plan.entities.filter((entity) => entity.ours === ours);
  const lines = [
    ...headlinesOf(plan),
    ...(plan.reason ? [`Asked because ${plan.reason}.`] : []),
    ...(plan.access?.blocked ?? []).map((text) => `! FORBIDDEN: ${text}`),
    ...(plan.access?.lockOuts ?? []).map((text) => `! LOCK-OUT: ${text}`),
    ...plan.notes.map((note) => `! ${note}`),
    ...(plan.access ? accessLines(plan.access) : []),
    ...(own
      ? section('This call', plan.entities)
      : [
          ...section('Not made through this server', edited(false)),
          ...section('Made through this server', edited(true)),
        ]),
    ...section('Waiting, may go live with it', plan.waiting),
    ...(plan.typedName === undefined ? [] : ['', `To approve, type ${label(plan.typedName)}.`]),
  ];
  return lines.flatMap((text) => wrapped(text, width)).join('\n');
}

/** What changes of access, rules and findings, each under its heading. */
function accessLines({ routes, brokenBefore, findings, notChecked }: Review): readonly string[] {
  const list = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', `${title} (${lines.length}):`, ...lines.map((text) => `    ${text}`)];
  const changes = groupsOf(routes).flatMap(({ names, gains, loses, notes }) => [
    `    ${names.map(label).join(', ')}:`,
    ...gains.map((who) => `      + gains: ${who}`),
    ...loses.map((who) => `      - loses: ${who}`),
    ...notes.map((note) => `      ~ ${note}`),
  ]);
  return [
    ...(changes.length > 0 ? ['', `Access (${count(routes.length, 'route')}):`, ...changes] : []),
    ...list('New findings of the audit', findings.introduced),
    ...list('Findings it fixes', findings.fixed),
    ...list('Rules that are broken already', brokenBefore),
    ...(notChecked.length > 0 ? ['', `Not checked: ${notChecked.join('; ')}.`] : []),
  ];
}

/** Routes for which the same changes, together. */
export function groupsOf(
  routes: readonly AccessChange[],
): readonly (Omit<AccessChange, 'route'> & { readonly names: readonly string[] })[] {
  const groups = new Map<string, Omit<AccessChange, 'route'> & { readonly names: string[] }>();
  for (const { route, ...change } of routes) {
    const key = JSON.stringify([change.gains, change.loses, change.notes]);
    const group = groups.get(key) ?? { ...change, names: [] };
    groups.set(key, group);
    group.names.push(route);
  }
  return [...groups.values()];
}

/** The fields of a record apart from its switches that are off: of one that comes or goes whole, their names say enough. */
export function withoutSwitches({ action, fields }: PlannedEntity): {
  readonly fields: readonly PlannedField[];
  readonly off: readonly string[];
} {
  const isOff = ({ before, after }: PlannedField) =>
    (action === 'create' && after === 'false') || (action === 'delete' && before === 'false');
  return { fields: fields.filter((field) => !isOff(field)), off: fields.filter(isOff).map(({ name }) => name) };
}

/** Whether the host's question can show all of a plan: what isn't shown isn't approved. */
export function fitsHost(plan: Plan): boolean {
  return (
    plan.complete &&
    plan.entities.length + plan.waiting.length <= HOST_ENTITIES &&
    renderPlan(plan).length <= HOST_CHARACTERS
  );
}

function section(title: string, entities: readonly PlannedEntity[]): readonly string[] {
  return entities.length === 0 ? [] : ['', `${title} (${entities.length}):`, ...entities.flatMap(entityLines)];
}

const SIGNS = { create: '+ create', update: '~ update', delete: '- delete', call: '* about' } as const;

function entityLines(entity: PlannedEntity): readonly string[] {
  const { action, id, name, before, editedBy } = entity;
  const { fields, off } = withoutSwitches(entity);
  return [
    `${SIGNS[action]} ${titleOf(entity)}${name && id ? ` (${id})` : ''}`,
    ...editedBy.map(({ who, at, ours }) => `    edited by ${who} at ${at}${ours ? ', through this server' : ''}`),
    ...(before === 'unknown' && action !== 'call' ? ['    before: not known'] : []),
    ...(entity.fields.length === 0 ? emptyNote(entity) : fields.map((field) => `    ${fieldLine(field, entity)}`)),
    ...(off.length > 0 ? [`    false: ${off.join(', ')}`] : []),
  ];
}

function emptyNote(entity: PlannedEntity): readonly string[] {
  if (entity.action === 'update') return ['    no field that Zero shows differs; a stored secret may'];
  return wasNeverLive(entity) ? ['    created and deleted again: it was never live'] : [];
}

function fieldLine({ name, before, after }: PlannedField, { action, before: known }: PlannedEntity): string {
  const only = action === 'delete' ? before : action === 'call' || known !== 'known' ? after : undefined;
  if (only !== undefined) return `${name}: ${only}`;
  return known === 'known' ? `${name}: ${before ?? '(absent)'} → ${after ?? '(absent)'}` : name;
}

function columnsOf(text: string): number {
  return [...text].reduce((columns, character) => columns + (character > '\u007e' ? 2 : 1), 0);
}

/** A line in pieces of at most `width` columns. What isn't ASCII is taken for two columns wide. */
function wrapped(text: string, width: number): readonly string[] {
  const bar = '    │ ';
  const most = Math.max(width, 20);
  const pieces: string[] = [];
  let piece = '';
  let columns = 0;
  for (const character of text) {
    const wide = columnsOf(character);
    if (columns + wide > most) {
      // After a blank, unless that leaves half of the line empty.
      const blank = piece.lastIndexOf(' ') + 1;
      const cut = blank > most / 2 ? blank : piece.length;
      pieces.push(piece.slice(0, cut));
      piece = bar + piece.slice(cut);
      columns = columnsOf(piece);
    }
    piece += character;
    columns += wide;
  }
  return [...pieces, piece];
}
