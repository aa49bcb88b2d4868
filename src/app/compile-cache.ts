import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

/**
 * The environment with which threads and the store's process share main's cache of compiled modules, so that none of them
 * compiles, or strips of types, what another has.
 */
export function sharedCompileCache(): NodeJS.ProcessEnv {
  const cache = getCompileCacheDir();
  return cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(cache) };
}
