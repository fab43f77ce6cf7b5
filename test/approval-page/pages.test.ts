import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { html, toText } from '../../src/approval-page/html.js';
import { listPage, questionPage } from '../../src/approval-page/pages.js';
import type { Plan, PlannedEntity } from '../../src/guard/plan.js';
import type { QuestionRecord } from '../../src/guard/question.js';
import { accessPlan, applyPlan, asked, deletePlan, largePlan, offerPlan } from './plans.js';

const NOW = Date.parse('2026-03-02T09:00:00Z');
const place = { root: '/root/', formToken: () => 'token', now: NOW };

function record(plan: Plan, more: Partial<QuestionRecord> = {}): QuestionRecord {
  return { question: { id: 'f'.repeat(32), code: 'K7QM-4X2P', ...asked(plan, NOW) }, shown: [], ...more };
}

const pageOf = (plan: Plan, more?: Partial<QuestionRecord>) => toText(questionPage(record(plan, more), place));

/** What a page says, without its tags and the blanks that a value's layout adds. */
function textOf(page: string): string {
  return page
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/\s/g, '');
}

const plain = (text: string) => text.replace(/\s/g, '');

describe('escaping', () => {
  test('a value in a template is text, whatever it holds', () => {
    const value = `<b a="1" c='2'>&amp;\u202e\n\``;
    expect(toText(html`<p title="${value}">${value}${7}${undefined}${false}${['a', html`<i>${'<'}</i>`]}</p>`)).toBe(
      [value, value]
        .map(() => '&#60;b a=&#34;1&#34; c=&#39;2&#39;&#62;&#38;amp;\\u202e\\u000a&#96;')
        .map((text, index) => (index === 0 ? `<p title="${text}">` : `${text}7a<i>&#60;</i></p>`))
        .join(''),
    );
  });

  const TAG =
    /^<\/?(?:html|head|meta|title|link|body|header|main|nav|h[1-4]|p|span|a|ul|ol|li|dl|div|dt|dd|code|kbd|time|strong|section|article|bdi|table|caption|thead|tbody|tr|th|td|del|ins|form|input|label|button)(?: (?:lang|charset|name|content|rel|href|class|id|for|type|value|method|action|autocomplete|autocapitalize|spellcheck|required|role|scope|datetime|aria-[a-z]+)(?:="[^"<>]*")?)*>$/;

  /** Holds a page to tags and attributes of ours, and to addresses on the page's own server. */
  function expectOnlyOurs(page: string): void {
    const [doctype, ...tags] = page.match(/<[^>]*>?/g) ?? [];
    expect(doctype).toBe('<!doctype html>');
    expect(tags.filter((tag) => !TAG.test(tag))).toEqual([]);
    expect(page.match(/>/g)?.length).toBe(tags.length + 1);
    const addresses = tags.flatMap((tag) => /(?:href|action)="([^"]*)"/.exec(tag)?.[1] ?? []);
    expect(
      addresses.filter((address) => !/^(\/style\.css|\/root\/f*|#(own|foreign|waiting)-\d+|#decision)$/.test(address)),
    ).toEqual([]);
    expect(page).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  }

  const hostile = fc.oneof(
    fc.constantFrom(
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' onmouseover='x",
      'javascript:alert(1)',
      '</title><style>',
      '<!--',
      ']]>',
      '&lt;b&gt;',
      '\u202ecod.exe\u2066\u0000\u001b[2J',
      '\n\r\u2028',
    ),
    fc.string({ unit: 'binary' }),
    fc.string(),
  );

  const entity: fc.Arbitrary<PlannedEntity> = fc.record({
    type: hostile,
    id: hostile,
    name: hostile,
    action: fc.constantFrom('create', 'update', 'delete', 'call'),
    before: fc.constantFrom('known', 'unknown', 'none'),
    fields: fc.array(fc.record({ name: hostile, before: hostile, after: hostile }, { requiredKeys: ['name'] }), {
      maxLength: 3,
    }),
    editedBy: fc.array(fc.record({ who: hostile, at: hostile, ours: fc.boolean() }), { maxLength: 2 }),
    ours: fc.boolean(),
  });

  const texts = fc.array(hostile, { maxLength: 2 });

  const plan: fc.Arbitrary<Plan> = fc.record(
    {
      headline: hostile,
      operation: fc.oneof(fc.constant('apply_changeset'), hostile),
      effect: fc.constantFrom('draft', 'live', 'apply'),
      reason: hostile,
      clusters: fc.array(fc.record({ id: hostile, name: hostile }), { maxLength: 2 }),
      entities: fc.array(entity, { maxLength: 8 }),
      waiting: fc.array(entity, { maxLength: 3 }),
      complete: fc.boolean(),
      notes: fc.array(hostile, { maxLength: 2 }),
      typedName: hostile,
      access: fc.record({
        headline: fc.option(hostile, { nil: undefined }),
        changesAccess: fc.boolean(),
        routes: fc.array(fc.record({ route: hostile, gains: texts, loses: texts, notes: texts }), { maxLength: 2 }),
        blocked: texts,
        lockOuts: texts,
        brokenBefore: texts,
        findings: fc.record({ introduced: texts, fixed: texts }),
        notChecked: texts,
      }),
    },
    {
      requiredKeys: [
        'headline',
        'operation',
        'effect',
        'reason',
        'clusters',
        'entities',
        'waiting',
        'complete',
        'notes',
      ],
    },
  );

  test('no text of a plan makes markup, wherever it stands', () => {
    fc.assert(
      fc.property(plan, hostile, (spoiled, approver) => {
        const declined = { decision: 'declined', channel: 'host', approver, at: new Date(NOW).toISOString() } as const;
        for (const decision of [undefined, declined]) {
          expectOnlyOurs(pageOf(spoiled, { decision }));
          expectOnlyOurs(toText(listPage([record(spoiled, { decision })], place)));
        }
      }),
    );
  });
});

/** Every text of a value, however deep. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

describe('a question', () => {
  test.each([
    ['small', applyPlan],
    ['with a name to type', deletePlan],
    ['with what it means for access', accessPlan],
    ['large', largePlan],
  ])('shows a %s plan whole', (_, plan) => {
    const said = textOf(pageOf(plan));
    const { headline, reason, notes, clusters, entities, waiting, typedName = '', access } = plan;
    const records = [...entities, ...waiting];
    const fields = records.flatMap(({ action, fields }) =>
      fields.flatMap(({ name, before, after }) =>
        action === 'update'
          ? [name, before, after]
          : [name, action === 'delete' ? (before ?? after) : (after ?? before)],
      ),
    );
    const texts = [
      headline,
      reason,
      typedName,
      ...notes,
      ...textsOf(access),
      ...clusters.flatMap(({ id, name }) => [id, name]),
    ];
    const people = records.flatMap(({ id, name, type, editedBy }) => [
      id,
      name,
      type,
      ...editedBy.map(({ who }) => who),
    ]);
    for (const text of [...texts, ...people, ...fields]) expect(said).toContain(plain(text ?? ''));
  });

  test('begins with what it means for access, and with whom it locks out', () => {
    const { access, headline, notes } = accessPlan;
    const said = textOf(pageOf(accessPlan));
    const order = [access?.headline, headline, 'Lock-out.', notes[0], 'Notmade', access?.routes[1]?.notes[0]];
    const places = order.map((text) => said.indexOf(plain(text ?? 'absent')));
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(places[0]).toBeGreaterThan(0);
    expect(pageOf(accessPlan)).toContain('<li class="note doubt"><strong>Lock-out.</strong> robin@acme.example');
    expect(pageOf(accessPlan)).toContain('To approve, type <kbd>lock out</kbd>');
  });

  test('groups routes for which the same changes, and gives no badge to what is neither gain nor loss', () => {
    const [first, second] = accessPlan.access?.routes ?? [];
    const twin = { ...first, route: 'twin.acme.example' };
    const access = { ...accessPlan.access, routes: [first, second, twin] } as unknown as Plan['access'];
    const page = pageOf({ ...accessPlan, access });
    expect(page.match(/class="entity door"/g)).toHaveLength(2);
    expect(page).toContain('<h3>2 routes</h3>');
    expect(page.match(/everyone at partner\.example<\/span>/g)).toHaveLength(1);
    expect(textOf(page)).toContain('metrics.acme.exampletwin.acme.example');
    expect(page.match(/<span class="badge [^"]*">/g)?.sort()).toEqual(
      ['create', 'create', 'delete', 'delete', 'update', 'update'].map((kind) => `<span class="badge ${kind}">`),
    );
  });

  test('a long plan has access before its records', () => {
    const page = pageOf({ ...largePlan, access: accessPlan.access });
    const [contents, access, records] = ['class="contents"', 'id="access"', 'class="foreign"'].map((text) =>
      page.indexOf(text),
    );
    expect(contents).toBeGreaterThan(0);
    expect(access).toBeGreaterThan(contents ?? 0);
    expect(records).toBeGreaterThan(access ?? 0);
  });

  test('names the tool that was called beside what is sent, and settings as such', () => {
    const said = textOf(pageOf({ ...offerPlan, offer: undefined, tool: 'update_settings', effect: 'draft' }));
    expect(said).toContain('update_settings,sentaspatch_settings');
    expect(said).toContain('draft:waitsuntilitisapplied');
    expect(said).toContain('Updatesettings2UPpSettingsOfProduction1234');
  });

  test('switches that are off stand on one line of a new record', () => {
    const [, , wiki] = applyPlan.entities;
    const off = ['allowSpdy', 'allowWebsockets'].map((name) => ({ name, after: 'false' }));
    const entity = { ...wiki, fields: [...(wiki?.fields ?? []), ...off] } as PlannedEntity;
    expect(textOf(pageOf({ ...applyPlan, entities: [entity] }))).toContain('falseallowSpdy,allowWebsockets');
  });

  test("sets apart and marks what this server didn't do", () => {
    const page = pageOf(applyPlan);
    const [, foreign = '', own = ''] = page.split('<section class="');
    expect(foreign).toContain('Not made through this server <span class="count">1</span>');
    expect(foreign).toContain('dana@acme.example');
    expect(foreign).toContain('class="entity update foreign"');
    expect(own).toContain('Made through this server <span class="count">3</span>');
    expect(own).not.toContain('dana@acme.example');
    expect(own).not.toContain('foreign');
  });

  test('says first that Zero did not say everything', () => {
    const said = textOf(pageOf(largePlan));
    expect(said.indexOf('Incomplete.')).toBeGreaterThan(0);
    expect(said.indexOf('Incomplete.')).toBeLessThan(said.indexOf(plain(largePlan.notes[0] ?? '')));
    expect(textOf(pageOf(applyPlan))).not.toContain('Incomplete.');
  });

  test('a long plan begins with links to its records, a short one does not', () => {
    expect(pageOf(applyPlan)).not.toContain('aria-label="Records in this plan"');
    const page = pageOf(largePlan);
    const targets = [...page.matchAll(/<li><a href="#([^"]+)">/g)].map(([, target]) => target);
    expect(targets).toHaveLength(largePlan.entities.length);
    for (const target of targets) expect(page).toContain(`<article id="${target}"`);
  });

  test('has no form once it is over', () => {
    const over = { channel: 'page', approver: 'robin', at: new Date(NOW).toISOString() } as const;
    expect(pageOf(applyPlan)).toContain('<form');
    expect(pageOf(applyPlan, { decision: { decision: 'approved', ...over } })).not.toContain('<form');
    expect(toText(questionPage(record(applyPlan), { ...place, now: NOW + 25 * 3_600_000 }))).not.toContain('<form');
  });

  test('nothing is preselected, and no name filled in', () => {
    const page = pageOf(deletePlan);
    expect(page).not.toMatch(/autofocus|checked|placeholder/);
    expect(page).toMatch(/<input id="name" name="name" required[^>]*>/);
    expect(page).not.toMatch(/value="staging"/);
  });
});

test('the list has what is open first, then how the others ended', () => {
  const declined = {
    decision: 'declined',
    channel: 'host',
    approver: 'a host',
    at: new Date(NOW).toISOString(),
  } as const;
  const [open = '', earlier = ''] = toText(
    listPage([record(deletePlan, { decision: declined }), record(applyPlan)], place),
  ).split('<h2>Earlier</h2>');
  expect(textOf(open)).toContain(plain(applyPlan.headline));
  expect(textOf(open)).not.toContain(plain(deletePlan.headline));
  expect(textOf(earlier)).toContain(plain('It was declined by "a host" through its host'));
  expect(toText(listPage([], place))).toContain('Nothing waits for you');
});
