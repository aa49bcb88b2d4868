import { getCompileCacheDir } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * The environment that lets threads share main's cache of compiled modules, if it has one. So each module is compiled,
 * and stripped of its types, only once.
 */
export function sharedCompileCache(): NodeJS.ProcessEnv {
  const cache = getCompileCacheDir();
  return cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: dirname(cache) };
}

/** The same for processes, which have a cache even where main has none: people wait for them, and they end when idle. */
export function ownCompileCache(): NodeJS.ProcessEnv {
  return { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'), ...sharedCompileCache() };
}
