import { describe, expect, test } from 'vitest';
import { autoApplyAfter, keepsAutoApply, SWITCH_OFF, writesSettings } from '../../src/guard/auto-apply.js';
import { zero } from '../../src/tools/zero/index.js';

test('only two operations write the settings', () => {
  const names = zero.operations.filter(writesSettings).map(({ name }) => name);
  expect(names).toEqual(['update_settings', 'patch_settings']);
});

const SWITCH = '/autoApplyChangesets';

describe('a patch leaves the switch', () => {
  test.each<[string, readonly object[], unknown]>([
    ['as it was: no step', [], 'before'],
    ['as it was: another field', [{ op: 'replace', path: '/logLevel', value: true }], 'before'],
    ['as it was: a longer name', [{ op: 'replace', path: `${SWITCH}2`, value: true }], 'before'],
    ['as it was: a test', [{ op: 'test', path: SWITCH, value: false }], 'before'],
    ['as it was: another field moved', [{ op: 'move', path: '/a', from: '/b' }], 'before'],
    ['as it was: copied elsewhere', [{ op: 'copy', path: '/a', from: SWITCH }], 'before'],
    ['set: add', [{ op: 'add', path: SWITCH, value: false }], false],
    ['set: replace', [{ op: 'replace', path: SWITCH, value: false }], false],
    ['set: the last step counts', [...SWITCH_OFF, { op: 'replace', path: SWITCH, value: true }], true],
    ['set: a test after it is skipped', [...SWITCH_OFF, { op: 'test', path: SWITCH, value: true }], false],
    ['unknown: removed', [{ op: 'remove', path: SWITCH, value: false }], undefined],
    ['unknown: copied there', [{ op: 'copy', path: SWITCH, from: '/a', value: false }], undefined],
    ['unknown: moved away', [{ op: 'move', path: '/a', from: SWITCH }], undefined],
    ['unknown: moved from nowhere', [{ op: 'move', path: '/a' }], undefined],
    ['unknown: something inside it', [{ op: 'add', path: `${SWITCH}/x`, value: false }], undefined],
    ['unknown: moved from inside it', [{ op: 'move', path: '/a', from: `${SWITCH}/x` }], undefined],
    ['unknown: the whole document', [{ op: 'replace', path: '', value: false }], undefined],
    ['unknown: no pointer at all', [{ op: 'replace', path: 7, value: false }], undefined],
    ['set: off after it was moved away', [{ op: 'move', path: '/a', from: SWITCH }, ...SWITCH_OFF], false],
  ])('%s', (_, patch, after) => {
    expect(autoApplyAfter({ patch }, 'before')).toBe(after);
  });
});

test('a whole record says itself what the switch is; a patch that is no list is none', () => {
  expect(autoApplyAfter({ autoApplyChangesets: false }, true)).toBe(false);
  expect(autoApplyAfter({}, false)).toBeUndefined();
  expect(autoApplyAfter({ patch: 'x', autoApplyChangesets: true }, false)).toBe(true);
});

test('a write keeps the switch only if it keeps both positions', () => {
  const set = (value: unknown) => ({ patch: [{ op: 'replace', path: SWITCH, value }] });
  expect(keepsAutoApply({ patch: [] })).toBe(true);
  expect([set(true), set(false), { patch: [{ op: 'remove', path: SWITCH }] }].map(keepsAutoApply)).toEqual([
    false,
    false,
    false,
  ]);
});

test('switching off is one step', () => {
  expect(SWITCH_OFF).toEqual([{ op: 'replace', path: SWITCH, value: false }]);
});
