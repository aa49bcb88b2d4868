import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/{unit,integration,e2e}/**/*.test.ts'],
    pool: 'forks',
    // Processes under test run beside the tests: more workers than cores only make timeouts tight.
    maxWorkers: 2,
    // The copies of a test compete with the clients of another, which must not starve them.
    env: { UNDERSTUDY_THREADS_MIRROR_NICE: '0' },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ['default', ['json', { outputFile: '.cache/test-results.json' }]],
    coverage: { provider: 'v8', include: ['src/**'], reportsDirectory: 'coverage' },
  },
});
