import { label } from '../plain-text.js';
import type { Review } from '../rails/review.js';
import { headlinesOf, type Plan, type PlannedEntity, type PlannedField } from './plan.js';
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
  const changes = routes.flatMap(({ route, gains, loses, notes }) => [
    ...gains.map((who) => `+ ${label(route)}: ${who}`),
    ...loses.map((who) => `- ${label(route)}: ${who}`),
    ...notes.map((note) => `~ ${label(route)}: ${note}`),
  ]);
  return [
    ...list('Access', changes),
    ...list('New findings of the audit', findings.introduced),
    ...list('Findings it fixes', findings.fixed),
    ...list('Rules that are broken already', brokenBefore),
    ...(notChecked.length > 0 ? ['', `Not checked: ${notChecked.join('; ')}.`] : []),
  ];
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
  const { action, id, name, before, fields, editedBy } = entity;
  return [
    `${SIGNS[action]} ${titleOf(entity)}${name && id ? ` (${id})` : ''}`,
    ...editedBy.map(({ who, at, ours }) => `    edited by ${who} at ${at}${ours ? ', through this server' : ''}`),
    ...(before === 'unknown' && action !== 'call' ? ['    before: not known'] : []),
    ...(fields.length === 0 ? emptyNote(entity) : fields.map((field) => `    ${fieldLine(field, entity)}`)),
  ];
}

function emptyNote({ action, before }: PlannedEntity): readonly string[] {
  if (action === 'update') return ['    no field that Zero shows differs; a stored secret may'];
  return action === 'delete' && before === 'none' ? ['    created and deleted again: it was never live'] : [];
}

function fieldLine({ name, before, after }: PlannedField, { action, before: known }: PlannedEntity): string {
  const only = action === 'delete' ? before : action === 'call' || known !== 'known' ? after : undefined;
  if (only !== undefined) return `${name}: ${only}`;
  return known === 'known' ? `${name}: ${before ?? '(absent)'} → ${after ?? '(absent)'}` : name;
}

/** A line in pieces of at most `width` columns. What isn't ASCII is taken for two columns wide. */
function wrapped(text: string, width: number): readonly string[] {
  const bar = '    │ ';
  const pieces: string[] = [];
  let piece = '';
  let columns = 0;
  for (const character of text) {
    const wide = character > '\u007e' ? 2 : 1;
    if (columns + wide > Math.max(width, 20)) {
      pieces.push(piece);
      piece = bar;
      columns = bar.length + 1;
    }
    piece += character;
    columns += wide;
  }
  return [...pieces, piece];
}
