import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

/**
 * The environment that lets threads and the store's process share main's cache of compiled modules. So each module is
 * compiled, and stripped of its types, only once.
 */
export function sharedCompileCache(): NodeJS.ProcessEnv {
  const cache = getCompileCacheDir();
  return cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(cache) };
}
