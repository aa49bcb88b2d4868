import { readFileSync } from 'node:fs';

/** The version of the package, from its package.json: the same place for the sources and the build. */
export function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
