import { defineConfig } from 'vitest/config';
import { closingLine } from './test/closing-line.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    reporters: ['default', closingLine],
    testTimeout: 30_000,
    // The default leaves a core idle.
    maxWorkers: '100%',
  },
});
