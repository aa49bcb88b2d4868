import { resolve } from 'node:path';

export const ROOT = new URL('../../', import.meta.url).pathname;

const { BENCH_ENTRY = 'src/main.ts' } = process.env;

/**
 * The main file that is measured as Understudy. Another build or checkout, such as dist/main.js, is measured by naming
 * its main file in BENCH_ENTRY.
 */
export const ENTRY = { name: BENCH_ENTRY, path: resolve(ROOT, BENCH_ENTRY) } as const;
