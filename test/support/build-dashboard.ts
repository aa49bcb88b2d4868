import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../src/admin/dashboard/build.ts', import.meta.url));

/** Browsers are shown the page as its sources are now. */
export function setup(): void {
  execFileSync(process.execPath, [PROGRAM], { stdio: 'inherit' });
}
