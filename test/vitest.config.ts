import { defineConfig } from 'vitest/config';

const unit = {
  name: 'unit',
  include: ['test/unit/**/*.test.ts'],
  // They share no state, so a worker loads the sources once, and not again for each file.
  isolate: false,
  maxWorkers: 2,
  sequence: { groupOrder: 0 },
};

const processes = {
  name: 'processes',
  include: ['test/{integration,e2e}/**/*.test.ts'],
  globalSetup: ['test/support/build-dashboard.ts'],
  // Two spend more than half of their time in waiting for processes. More than three make timeouts tight.
  maxWorkers: 3,
  sequence: { groupOrder: 1 },
};

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    pool: 'forks',
    // The copies of a test compete with the clients of another, which must not starve them.
    env: { UNDERSTUDY_THREADS_MIRROR_NICE: '0' },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // A poll waits for a cause: only a test's own time bounds it.
    expect: { poll: { timeout: 25_000 } },
    reporters: ['default', ['json', { outputFile: '.cache/test-results.json' }]],
    coverage: { provider: 'v8', include: ['src/**'], reportsDirectory: 'coverage' },
    projects: [unit, processes].map((test) => ({ extends: true, test })),
  },
});
