import { defineConfig } from 'vitest/config';

/** The tests that tests.js names for the source under mutation; run.js says which. */
const include = (process.env.MUTATION_TESTS ?? 'test/{guard,record}/**/*.test.ts').split(',');

export default defineConfig({ test: { include, testTimeout: 30_000 } });
