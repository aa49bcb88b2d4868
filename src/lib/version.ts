import { readFileSync } from 'node:fs';

/** The version of the package from its package.json, which sources and build share. */
export function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
