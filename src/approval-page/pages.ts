import { describeStanding, duration, isAnswerable, moment, standingOf } from '../guard/out-of-band.js';
import { headlinesOf } from '../guard/plan.js';
import type { QuestionRecord } from '../guard/question.js';
import { type Html, html, type Part } from './html.js';
import { planView } from './plan-view.js';

/** Where a page's links lead and what its forms bring back. */
export interface Place {
  readonly root: string;
  readonly formToken: (question: string) => string;
  readonly now: number;
}

/** What is open, newest first. */
export function listPage(records: readonly QuestionRecord[], { root, now }: Place): Html {
  const open = records.filter((record) => standingOf(record, now) === 'open');
  const others = records.filter((record) => !open.includes(record));
  return page(
    `${open.length} open`,
    html`<h1>${open.length === 0 ? 'Nothing waits for you' : 'Waiting for your answer'}</h1>
${open.length === 0 ? html`<p class="says">Reload this page after an agent has asked.</p>` : html`<ul class="questions">${open.map((record) => item(record))}</ul>`}
${others.length > 0 && html`<h2>Earlier</h2><ul class="questions earlier">${others.map((record) => item(record, describeStanding(record, now)))}</ul>`}`,
  );

  function item({ question }: QuestionRecord, standing?: string): Html {
    const { id, code, plan } = question;
    const [title, ...others] = headlinesOf(plan);
    return html`<li><a href="${root}${id}"><span class="headline">${title}</span></a>
${others.map((line) => html`<p class="says">${line}</p>`)}
<p class="facts"><code>${code}</code> <span>${plan.clusters.map(({ name }) => name).join(', ') || 'no cluster'}</span>
<span>${standing ?? `asked ${duration(now - Date.parse(question.askedAt))} ago, open for ${duration(Date.parse(question.expiresAt) - now)} more`}</span></p></li>`;
  }
}

/** One question: what it would change, and the forms that decide it as far as it can be decided. */
export function questionPage(record: QuestionRecord, place: Place, offer?: QuestionRecord, problem?: string): Html {
  const { question } = record;
  const { plan, code } = question;
  const { root, now } = place;
  const standing = standingOf(record, now);
  const [title, ...others] = headlinesOf(plan);
  return page(
    code,
    html`<nav aria-label="Back"><a href="${root}">All questions</a></nav>
<h1>${title}</h1>
${others.map((line) => html`<p class="lead">${line}</p>`)}
<dl class="facts">
${fact('Operation', html`<code>${plan.tool ?? plan.operation}</code>${plan.tool !== undefined && html`, sent as <code>${plan.operation}</code>`}`)}
${fact('Effect', html`<span class="effect ${plan.effect}">${EFFECTS[plan.effect]}</span>`)}
${fact(plan.clusters.length === 1 ? 'Cluster' : 'Clusters', plan.clusters.length === 0 ? 'none' : html`<ul>${plan.clusters.map(({ id, name }) => html`<li><bdi>${name}</bdi> <code class="id">${id}</code></li>`)}</ul>`)}
${fact('Asked', html`<time datetime="${question.askedAt}">${duration(now - Date.parse(question.askedAt))} ago</time>, open until ${moment(question.expiresAt)}`)}
${fact('You are asked because', plan.reason)}
${fact('Question', html`<code>${code}</code>`)}
</dl>
${standing !== 'open' && html`<p class="standing ${standing}" role="status">${describeStanding(record, now)}</p>`}
${isAnswerable(standing, 'approved') && html`<p class="skip"><a href="#decision">To the decision</a></p>`}
${planView(plan)}
${offer && isAnswerable(standing, 'approved') && offerView(offer, place)}
${isAnswerable(standing, 'approved') && decision(record, place, problem)}`,
    problem !== undefined,
  );
}

/** A page that only says something. */
export function wordPage(title: string, ...words: readonly string[]): Html {
  return page(title, html`<h1>${title}</h1>${words.map((word) => html`<p>${word}</p>`)}`);
}

const EFFECTS = {
  read: 'reads only',
  draft: 'draft: waits until it is applied',
  live: 'live at once',
  apply: 'makes changes go live',
} as const;

/** A question beside another, which has a page and a form of its own. */
function offerView(offer: QuestionRecord, { root, formToken, now }: Place): Html {
  const { id, plan } = offer.question;
  const standing = standingOf(offer, now);
  const button = (decision: string, word: string, kind: string) =>
    html`<form method="post" action="${root}${id}" autocomplete="off"><input type="hidden" name="token" value="${formToken(id)}"><input type="hidden" name="decision" value="${decision}"><button class="${kind}">${word}</button></form>`;
  return html`<section class="decision offer" aria-labelledby="offer">
<h2 id="offer">First, if you want it: switch auto-apply off</h2>
<p class="says">This is a question of its own. Decide it before the other: with both, the change is saved as a draft instead of going live.</p>
<ul class="notes" aria-label="Its price">${plan.notes.map((note) => html`<li class="note">${note}</li>`)}</ul>
<p><a href="${root}${id}">All of what it would change</a></p>
${
  standing === 'open' && plan.typedName === undefined
    ? html`<div class="forms">${button('approved', 'Switch it off first', 'approve')}${button('declined', 'Leave it on', 'reject')}</div>`
    : html`<p class="standing ${standing}">${describeStanding(offer, now)}</p>`
}
</section>`;
}

function decision({ question, decision: made }: QuestionRecord, { root, formToken }: Place, problem?: string): Html {
  const { id, plan } = question;
  const form = (decision: string, content: Html) =>
    html`<form method="post" action="${root}${id}" autocomplete="off"><input type="hidden" name="token" value="${formToken(id)}"><input type="hidden" name="decision" value="${decision}">${content}</form>`;
  const name = plan.typedName;
  return html`<section id="decision" class="decision" aria-labelledby="decide">
<h2 id="decide">Your decision</h2>
<p class="says">A yes lets the agent make exactly this call, once, within ten minutes. If anything shown here has changed by then, nothing is sent and you are asked again.</p>
</section>
<div class="bar" role="group" aria-labelledby="decide">
${problem !== undefined && html`<p id="problem" class="problem" role="alert">${problem}</p>`}
<div class="forms">
${form(
  'approved',
  name === undefined
    ? html`<button class="approve">Approve</button>`
    : html`<label for="name">To approve, type <kbd>${name}</kbd></label>
<input id="name" name="name" required autocapitalize="off" spellcheck="false"${problem !== undefined && html` aria-invalid="true" aria-describedby="problem"`}>
<button class="approve grave">Approve</button>`,
)}
${!made && form('declined', html`<button class="reject">Reject</button>`)}
</div>
</div>`;
}

function fact(name: string, value: Part): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function page(title: string, content: Html, isWrong = false): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${isWrong && 'Not recorded: '}${title} - zero-mcp</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header class="top"><p>zero-mcp <span>approval</span></p></header>
<main>${content}</main>
</body>
</html>
`;
}
