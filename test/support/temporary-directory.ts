import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterThisTest } from './cleanup.ts';

/** A directory of its own for the running test, removed at its end. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'understudy-'));
  afterThisTest(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
