import { describe, expect, test } from 'vitest';
import type { Plan, PlannedEntity } from '../../src/guard/plan.js';
import { fitsHost, renderPlan } from '../../src/guard/plan-render.js';

const entity: PlannedEntity = {
  type: 'route',
  id: 'r1',
  name: '"Tides"',
  action: 'update',
  before: 'known',
  fields: [{ name: 'to', before: '"a"', after: '"b"' }],
  editedBy: [],
  ours: true,
};

const plan: Plan = {
  headline: 'Patch a route.',
  operation: 'patch_route',
  effect: 'draft',
  reason: '',
  clusters: [],
  entities: [entity],
  waiting: [],
  complete: true,
  notes: [],
};

const edited = { who: '"ada"', at: '2026-01-31T08:00:00Z', ours: false };

describe('a plan as text', () => {
  test('is its headline and what the call changes', () => {
    expect(renderPlan(plan)).toBe(
      ['Patch a route.', '', 'This call (1):', '~ update route "Tides" (r1)', '    to: "a" → "b"'].join('\n'),
    );
    expect(renderPlan({ ...plan, entities: [] })).toBe('Patch a route.');
  });

  test('says everything, each under its heading', () => {
    const full: Plan = {
      ...plan,
      reason: 'it would go live',
      notes: ['One note.', 'Another.'],
      waiting: [{ ...entity, id: 'r2', editedBy: [edited, { ...edited, who: '"bo"', ours: true }] }],
      typedName: 'pro"duction',
      access: {
        headline: 'Ada gains.',
        changesAccess: true,
        routes: [
          { route: 'tides.example.com', gains: ['ada', 'bo'], loses: ['cy'], notes: ['more methods'] },
          { route: 'quay.example.com', gains: [], loses: ['dee'], notes: [] },
          { route: 'mole.example.com', gains: [], loses: [], notes: ['dee'] },
          { route: 'pier.example.com', gains: [], loses: ['dee'], notes: [] },
        ],
        blocked: ['The rule "x" would be broken.'],
        lockOuts: ['Nobody is left.', 'Neither here.'],
        brokenBefore: ['The rule "y" is broken already.'],
        findings: { introduced: ['open to all'], fixed: ['no policy', 'no name'] },
        notChecked: ['rules (none)', 'users: no'],
      },
    };
    expect(renderPlan(full).split('\n')).toEqual([
      'Ada gains.',
      'Patch a route.',
      'Asked because it would go live.',
      '! FORBIDDEN: The rule "x" would be broken.',
      '! LOCK-OUT: Nobody is left.',
      '! LOCK-OUT: Neither here.',
      '! One note.',
      '! Another.',
      '',
      'Access (4 routes):',
      '    "tides.example.com":',
      '      + gains: ada',
      '      + gains: bo',
      '      - loses: cy',
      '      ~ more methods',
      '    "quay.example.com", "pier.example.com":',
      '      - loses: dee',
      '    "mole.example.com":',
      '      ~ dee',
      '',
      'New findings of the audit (1):',
      '    open to all',
      '',
      'Findings it fixes (2):',
      '    no policy',
      '    no name',
      '',
      'Rules that are broken already (1):',
      '    The rule "y" is broken already.',
      '',
      'Not checked: rules (none); users: no.',
      '',
      'This call (1):',
      '~ update route "Tides" (r1)',
      '    to: "a" → "b"',
      '',
      'Waiting, may go live with it (1):',
      '~ update route "Tides" (r2)',
      '    edited by "ada" at 2026-01-31T08:00:00Z',
      '    edited by "bo" at 2026-01-31T08:00:00Z, through this server',
      '    to: "a" → "b"',
      '',
      'To approve, type "pro\\"duction".',
    ]);
  });

  test('leaves out the headings of what access does not have', () => {
    const nothing = { routes: [], blocked: [], lockOuts: [], brokenBefore: [], notChecked: [] };
    const access = {
      ...nothing,
      headline: 'Nobody gains.',
      changesAccess: true,
      findings: { introduced: [], fixed: [] },
    };
    expect(renderPlan({ ...plan, access, entities: [] })).toBe('Nobody gains.\nPatch a route.');
  });

  test('sets apart in an apply what others made', () => {
    const entities = [entity, { ...entity, id: 'r2', ours: false }];
    expect(renderPlan({ ...plan, operation: 'apply_changeset', entities }).split('\n')).toEqual([
      'Patch a route.',
      '',
      'Not made through this server (1):',
      '~ update route "Tides" (r2)',
      '    to: "a" → "b"',
      '',
      'Made through this server (1):',
      '~ update route "Tides" (r1)',
      '    to: "a" → "b"',
    ]);
  });
});

describe('a record', () => {
  const shown = (more: Partial<PlannedEntity>) =>
    renderPlan({ ...plan, entities: [{ ...entity, ...more }] })
      .split('\n')
      .slice(3);
  const came = { name: 'to', after: '"b"' };
  const went = { name: 'to', before: '"a"' };

  test.each<[string, Partial<PlannedEntity>, readonly string[]]>([
    [
      'a new one',
      { action: 'create', before: 'none', id: '', fields: [came] },
      ['+ create route "Tides"', '    to: "b"'],
    ],
    ['one without a name', { name: '', fields: [came] }, ['~ update route r1', '    to: (absent) → "b"']],
    ['one of neither', { name: '', id: '', fields: [went] }, ['~ update route', '    to: "a" → (absent)']],
    ['one that goes', { action: 'delete', fields: [went] }, ['- delete route "Tides" (r1)', '    to: "a"']],
    [
      'one that goes, nobody knows how it was',
      { action: 'delete', before: 'unknown', fields: [went] },
      ['- delete route "Tides" (r1)', '    before: not known', '    to: "a"'],
    ],
    [
      'a change of what nobody knows',
      { before: 'unknown', fields: [came] },
      ['~ update route "Tides" (r1)', '    before: not known', '    to: "b"'],
    ],
    [
      'a step that has no value',
      { before: 'unknown', fields: [{ name: 'step 1: remove /to' }] },
      ['~ update route "Tides" (r1)', '    before: not known', '    step 1: remove /to'],
    ],
    [
      'switches that are off, of a new one',
      {
        action: 'create',
        before: 'none',
        fields: [{ name: 'tls', after: 'false' }, came, { name: 'spdy', after: 'false' }, { name: 'x', after: 'true' }],
      },
      ['+ create route "Tides" (r1)', '    to: "b"', '    x: true', '    false: tls, spdy'],
    ],
    [
      'switches that were off, of one that goes',
      { action: 'delete', fields: [{ name: 'tls', before: 'false' }] },
      ['- delete route "Tides" (r1)', '    false: tls'],
    ],
    [
      'switches of a change',
      {
        fields: [
          { name: 'tls', before: 'false', after: 'true' },
          { name: 'spdy', before: 'true', after: 'false' },
        ],
      },
      ['~ update route "Tides" (r1)', '    tls: false → true', '    spdy: true → false'],
    ],
    [
      'one that a call is about',
      { action: 'call', before: 'unknown', fields: [came, { ...went, name: 'from' }] },
      ['* about route "Tides" (r1)', '    to: "b"', '    from'],
    ],
    [
      'one that a call is about and that is known',
      { action: 'call', fields: [{ ...went, ...came }] },
      ['* about route "Tides" (r1)', '    to: "b"'],
    ],
    [
      'an update of nothing that can be seen',
      { fields: [] },
      ['~ update route "Tides" (r1)', '    no field that Zero shows differs; a stored secret may'],
    ],
    [
      'one that came and went',
      { action: 'delete', before: 'none', fields: [] },
      ['- delete route "Tides" (r1)', '    created and deleted again: it was never live'],
    ],
    ['a delete of what has no fields', { action: 'delete', fields: [] }, ['- delete route "Tides" (r1)']],
    ['a new one without fields', { action: 'create', before: 'none', fields: [] }, ['+ create route "Tides" (r1)']],
    ['a call about nothing', { action: 'call', before: 'none', fields: [] }, ['* about route "Tides" (r1)']],
  ])('%s', (_, more, lines) => {
    expect(shown(more)).toEqual(lines);
  });
});

describe('the width of a terminal', () => {
  const lines = (headline: string, width: number) =>
    renderPlan({ ...plan, entities: [], headline }, { width }).split('\n');

  test('breaks lines and goes on behind a bar', () => {
    expect(lines('a'.repeat(24), 24)).toEqual(['a'.repeat(24)]);
    expect(lines('a'.repeat(25), 24)).toEqual(['a'.repeat(24), '    │ a']);
    expect(lines('a'.repeat(24 + 17 + 17 + 1), 24)).toEqual([
      'a'.repeat(24),
      `    │ ${'a'.repeat(17)}`,
      `    │ ${'a'.repeat(17)}`,
      '    │ a',
    ]);
  });

  test('breaks after a blank, unless that leaves half of the line empty', () => {
    expect(lines(`${'a'.repeat(14)} ${'b'.repeat(20)}`, 24)).toEqual([
      `${'a'.repeat(14)} `,
      `    │ ${'b'.repeat(17)}`,
      '    │ bbb',
    ]);
    expect(lines(`${'a'.repeat(12)} ${'b'.repeat(12)}`, 24)).toEqual([`${'a'.repeat(12)} `, `    │ ${'b'.repeat(12)}`]);
    expect(lines(`${'a'.repeat(11)} ${'b'.repeat(13)}`, 24)).toEqual([
      `${'a'.repeat(11)} ${'b'.repeat(12)}`,
      '    │ b',
    ]);
    expect(lines(`${'a'.repeat(14)} ${'日'.repeat(9)}`, 24)).toEqual([
      `${'a'.repeat(14)} `,
      `    │ ${'日'.repeat(8)}`,
      '    │ 日',
    ]);
  });

  test('counts what is not ASCII as two columns', () => {
    expect(lines('日'.repeat(13), 24)).toEqual(['日'.repeat(12), '    │ 日']);
    expect(lines('~'.repeat(25), 24)).toEqual(['~'.repeat(24), '    │ ~']);
    expect(lines(`${'a'.repeat(23)}日`, 24)).toEqual(['a'.repeat(23), '    │ 日']);
  });

  test('is never less than 20', () => {
    expect(lines('a'.repeat(21), 3)).toEqual(['a'.repeat(20), '    │ a']);
    expect(lines('', 3)).toEqual(['']);
  });
});

describe('the host shows a plan', () => {
  const small = { ...entity, fields: [] };

  test('of up to 25 records', () => {
    expect(fitsHost({ ...plan, entities: Array(25).fill(small) })).toBe(true);
    expect(fitsHost({ ...plan, entities: Array(26).fill(small) })).toBe(false);
    expect(fitsHost({ ...plan, entities: Array(20).fill(small), waiting: Array(5).fill(small) })).toBe(true);
    expect(fitsHost({ ...plan, entities: Array(20).fill(small), waiting: Array(6).fill(small) })).toBe(false);
  });

  test('of up to 6,000 characters', () => {
    const long = (length: number) => ({ ...plan, headline: 'x'.repeat(length), entities: [] });
    expect(fitsHost(long(6_000))).toBe(true);
    expect(fitsHost(long(6_001))).toBe(false);
  });

  test('that is complete', () => {
    expect(fitsHost({ ...plan, complete: false })).toBe(false);
  });
});
