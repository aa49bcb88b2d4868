import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Loads a package at its first use. For packages that few configurations need: each takes some ten megabytes in every
 * thread.
 */
export function onDemand<Package>(name: string): () => Package {
  let loaded: Package | undefined;
  return () => {
    loaded ??= require(name) as Package;
    return loaded;
  };
}
