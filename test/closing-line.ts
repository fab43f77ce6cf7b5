import type { Reporter, TestModule } from 'vitest/node';

/** Prints `N passed, N failed` as the last line. A file, hook or stray error that failed outside a test counts as one. */
export const closingLine: Reporter = {
  onTestRunEnd(modules, strayErrors) {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const passed = states.filter((state) => state === 'passed').length;
    const failed = states.filter((state) => state === 'failed').length;
    const outside = modules.flatMap(errorsOutsideTests).length + strayErrors.length;
    process.stdout.write(`${passed} passed, ${failed + outside} failed\n`);
  },
};

function errorsOutsideTests(module: TestModule) {
  return [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())];
}
