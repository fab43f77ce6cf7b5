import { groupsOf } from '../guard/plan-render.js';
import type { Review } from '../rails/review.js';
import { type Html, html } from './html.js';

/** Whom a plan would lock out: first of all, and graver than any note. */
export function lockOutView({ lockOuts, blocked }: Review): Html {
  const grave = [
    ...blocked.map((text) => ['Forbidden.', text] as const),
    ...lockOuts.map((text) => ['Lock-out.', text] as const),
  ];
  return html`${
    grave.length > 0 &&
    html`<ul class="notes" aria-label="Lock-outs">${grave.map(([kind, text]) => html`<li class="note doubt"><strong>${kind}</strong> ${text}</li>`)}</ul>`
  }`;
}

/** What a plan means for access, for the audit and for the operator's rules. */
export function accessView({ routes, findings, brokenBefore, notChecked }: Review): Html {
  return html`${
    routes.length > 0 &&
    html`<section class="access" aria-labelledby="access"><h2 id="access">Access <span class="count">${routes.length}</span></h2>
${groupsOf(routes).map(groupView)}</section>`
  }
${listed('New findings of the audit', 'introduced', findings.introduced)}
${listed('Findings it fixes', 'fixed', findings.fixed)}
${listed('Your rules, broken already', 'broken', brokenBefore)}
${listed('Not checked', 'unchecked', notChecked)}`;
}

/** Routes for which the same changes. */
function groupView({ names, gains, loses, notes }: ReturnType<typeof groupsOf>[number]): Html {
  const lines = (texts: readonly string[], kind: string, word: string) =>
    texts.map((text) => html`<li class="${kind}"><span class="badge ${kind}">${word}</span> <span>${text}</span></li>`);
  const [only, ...others] = names;
  return html`<div class="entity door"><h3>${others.length === 0 ? html`<bdi>${only}</bdi>` : `${names.length} routes`}</h3>
${others.length > 0 && html`<ul class="names">${names.map((name) => html`<li><bdi>${name}</bdi></li>`)}</ul>`}
<ul>${lines(gains, 'create', 'Gains')}${lines(loses, 'delete', 'Loses')}</ul>
${notes.length > 0 && html`<ul class="remarks">${notes.map((note) => html`<li>${note}</li>`)}</ul>`}</div>`;
}

function listed(title: string, id: string, texts: readonly string[]): Html | false {
  return (
    texts.length > 0 &&
    html`<section class="listed ${id}" aria-labelledby="${id}"><h2 id="${id}">${title} <span class="count">${texts.length}</span></h2>
<ul>${texts.map((text) => html`<li>${text}</li>`)}</ul></section>`
  );
}
