/**
 * Sources under mutation, each with the tests that are there to notice what breaks in it: the whole suite takes minutes
 * for every mutant.
 */
export const testsOf = {
  'src/guard/affected.ts': ['test/guard/affected.test.ts'],
  'src/guard/approval.ts': ['test/guard/settle.test.ts'],
  'src/guard/auto-apply.ts': ['test/guard/auto-apply.test.ts'],
  'src/guard/budget.ts': ['test/guard/sizes.test.ts'],
  'src/guard/form.ts': ['test/guard/form.test.ts'],
  'src/guard/judge.ts': ['test/guard/judge.test.ts'],
  'src/guard/last-read.ts': ['test/guard/last-read.test.ts'],
  'src/guard/mode.ts': ['test/guard/need.test.ts'],
  'src/guard/need.ts': ['test/guard/need.test.ts'],
  'src/guard/new-id.ts': ['test/guard/new-id.test.ts'],
  'src/guard/out-of-band.ts': ['test/guard/out-of-band.test.ts'],
  'src/guard/pin.ts': ['test/guard/pin.test.ts'],
  'src/guard/plan.ts': ['test/guard/plan-data.test.ts'],
  'src/guard/plan-fields.ts': ['test/guard/plan-data.test.ts'],
  'src/guard/plan-pages.ts': ['test/guard/plan-data.test.ts'],
  'src/guard/plan-patch.ts': ['test/guard/patched.test.ts'],
  'src/guard/plan-typed-names.ts': ['test/guard/typed-names.test.ts'],
  'src/guard/questions.ts': ['test/guard/questions.test.ts'],
  'src/guard/record-of.ts': ['test/guard/record-of.test.ts'],
  'src/guard/switch-off.ts': ['test/guard/switch-off.test.ts'],
  'src/guard/verify.ts': ['test/guard/verify.test.ts'],
  'src/record/chain.ts': ['test/record/chain.test.ts', 'test/record/journal.test.ts'],
  'src/record/journal.ts': ['test/record/journal.test.ts'],
  'src/record/line.ts': ['test/record/line.test.ts', 'test/record/journal.test.ts'],
  'src/record/own-edits.ts': ['test/record/own-edits.test.ts'],
  'src/record/read.ts': ['test/record/read.test.ts', 'test/record/chain.test.ts'],
  'src/record/spent.ts': ['test/record/own-edits.test.ts'],
  'src/record/verify.ts': ['test/record/verify.test.ts'],
};
