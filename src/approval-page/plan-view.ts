import { moment } from '../guard/out-of-band.js';
import { type Plan, type PlannedEntity, type PlannedField, wasNeverLive } from '../guard/plan.js';
import { withoutSwitches } from '../guard/plan-render.js';
import { accessView, lockOutView } from './access-view.js';
import { type Html, html, type Part } from './html.js';
import { compareLines, linesOf, linesOfBoth, type Row } from './value.js';

/** From how many records on a plan begins with a table of contents. */
const LONG_PLAN = 7;

const ACTIONS = { create: 'Create', update: 'Update', delete: 'Delete', call: 'About' } as const;

interface Section {
  readonly title: string;
  readonly says?: string;
  readonly kind: 'own' | 'foreign' | 'waiting';
  readonly entities: readonly PlannedEntity[];
}

/** A whole plan but its headlines: nothing is left out, whatever its size. */
export function planView(plan: Plan): Html {
  const sections = sectionsOf(plan).filter(({ entities }) => entities.length > 0);
  const count = plan.entities.length + plan.waiting.length;
  const { access } = plan;
  return html`${access && lockOutView(access)}
${
  !plan.complete &&
  html`<p class="note doubt"><strong>Incomplete.</strong> Zero’s answers don’t say all
of what goes live. What you approve is what happens, not only what is shown here.</p>`
}
${plan.notes.length > 0 && html`<ul class="notes" aria-label="Notes">${plan.notes.map((note) => html`<li class="note">${note}</li>`)}</ul>`}
${
  count < LONG_PLAN
    ? [...sections.map(sectionView), access && accessView(access)]
    : [contents(sections), access && accessView(access), ...sections.map(sectionView)]
}`;
}

function sectionsOf({ operation, entities, waiting }: Plan): readonly Section[] {
  const foreign = entities.filter((entity) => !entity.ours);
  const own = entities.filter((entity) => entity.ours);
  const applies = operation === 'apply_changeset';
  return [
    ...(applies
      ? [
          {
            title: 'Not made through this server',
            says: 'Other people or programs made these edits. They go live with the rest.',
            kind: 'foreign' as const,
            entities: foreign,
          },
          { title: 'Made through this server', kind: 'own' as const, entities: own },
        ]
      : [{ title: 'This call', kind: 'own' as const, entities }]),
    {
      title: 'Waiting',
      says: 'Not part of this call. These edits wait in the same clusters and may go live along with it.',
      kind: 'waiting',
      entities: waiting,
    },
  ];
}

function sectionView({ title, says, kind, entities }: Section): Html {
  const types = [...new Set(entities.map(({ type }) => type))];
  return html`<section class="${kind}" aria-labelledby="section-${kind}">
<h2 id="section-${kind}">${title} <span class="count">${entities.length}</span></h2>
${says !== undefined && html`<p class="says">${says}</p>`}
${types.map((type) => {
  const same = entities.filter((entity) => entity.type === type);
  return html`<h3>${type} <span class="count">${same.length}</span></h3>
${same.map((entity) => entityView(entity, anchor(kind, entities.indexOf(entity))))}`;
})}
</section>`;
}

function contents(sections: readonly Section[]): Html {
  return html`<nav class="contents" aria-label="Records in this plan">${sections.map(
    ({ title, kind, entities }) => html`<h2>${title} <span class="count">${entities.length}</span></h2>
<ol>${entities.map(
      (entity, index) =>
        html`<li><a href="#${anchor(kind, index)}">${badge(entity)} <span class="type">${entity.type}</span> <bdi>${titleOf(entity)}</bdi></a></li>`,
    )}</ol>`,
  )}</nav>`;
}

function entityView(entity: PlannedEntity, id: string): Html {
  const { id: record, editedBy, fields, action, before } = entity;
  const isForeign = editedBy.length > 0 && !entity.ours;
  const title = titleOf(entity);
  return html`<article id="${id}" class="entity ${action}${isForeign && ' foreign'}" aria-labelledby="${id}-name">
<header><h4 id="${id}-name">${badge(entity)} <bdi class="name">${title}</bdi></h4>
${record !== '' && title !== record && html`<code class="id">${record}</code>`}
${editedBy.length > 0 && html`<ul class="edits">${editedBy.map(edit)}</ul>`}</header>
${action === 'update' && before === 'unknown' && html`<p class="hint">Before: not known. Zero doesn’t say how this record was, so all of it is shown.</p>`}
${fields.length > 0 ? fieldTable(entity) : emptyHint(entity)}
</article>`;
}

function edit({ who, at, ours }: PlannedEntity['editedBy'][number]): Html {
  return html`<li>Edited by ${ours ? html`<span class="who">${who}</span> through this server` : html`<strong class="who">${who}</strong>`},
<time datetime="${at}">${Number.isNaN(Date.parse(at)) ? at : moment(at)}</time></li>`;
}

function emptyHint(entity: PlannedEntity): Part {
  if (entity.action === 'update')
    return html`<p class="hint">No field that Zero shows differs. A stored secret may have changed.</p>`;
  return wasNeverLive(entity) && html`<p class="hint">Created and deleted again: it was never live.</p>`;
}

function fieldTable(entity: PlannedEntity): Html {
  const { action, before, name, type } = entity;
  const { fields, off } = withoutSwitches(entity);
  const compares = action === 'update';
  const heads = compares ? ['Before', 'After'] : [action === 'delete' ? 'Removed' : 'Value'];
  return html`<table class="${compares ? 'compares' : 'shows'}"><caption>${type} ${name}: fields</caption>
<thead><tr><th scope="col">Field</th>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${fields.map(
    (field) =>
      html`<tr><th scope="row">${field.name}</th>${compares ? compared(field, before) : shown(field, action)}</tr>`,
  )}${off.length > 0 && html`<tr><th scope="row">false</th><td><code>${off.join(', ')}</code></td></tr>`}</tbody></table>`;
}

function compared({ before, after }: PlannedField, known: PlannedEntity['before']): Html {
  const [was, is] =
    before !== undefined && after !== undefined
      ? linesOfBoth(before, after)
      : [before, after].map((text) => (text === undefined ? undefined : linesOf(text)));
  const rows = compareLines(was ?? [], is ?? []);
  const nothing = html`<span class="absent">${known === 'known' ? 'not set' : 'not known'}</span>`;
  return html`<td class="was"><span class="side">Before</span>${was ? side(rows, 'before') : nothing}</td>
<td class="is"><span class="side">After</span>${is ? side(rows, 'after') : html`<span class="absent">not set</span>`}</td>`;
}

function side(rows: readonly Row[], which: 'before' | 'after'): Html {
  return html`<code>${rows.map((row) => {
    const text = row[which];
    if (text === undefined) return html`<span class="gap"></span>`;
    if (!row.changed) return html`<span class="line">${text}</span>`;
    return which === 'before' ? html`<del class="line">${text}</del>` : html`<ins class="line">${text}</ins>`;
  })}</code>`;
}

function shown({ before, after }: PlannedField, action: PlannedEntity['action']): Html {
  const value = action === 'delete' ? (before ?? after) : (after ?? before);
  const lines = value === undefined ? [] : linesOf(value);
  return html`<td><code>${lines.map((line) => html`<span class="line">${line}</span>`)}</code></td>`;
}

function badge({ action }: PlannedEntity): Html {
  return html`<span class="badge ${action}">${ACTIONS[action]}</span>`;
}

/** Settings have a name where they are of one cluster, and their own id tells nobody anything. */
function titleOf({ name, id, type }: PlannedEntity): string {
  return name || (type === 'settings' ? type : id) || `a new ${type}`;
}

function anchor(kind: Section['kind'], index: number): string {
  return `${kind}-${index}`;
}
