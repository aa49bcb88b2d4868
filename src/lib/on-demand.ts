import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** A package that few configurations need, loaded at its first use: each takes some ten megabytes in every thread. */
export function onDemand<Package>(name: string): () => Package {
  let loaded: Package | undefined;
  return () => {
    loaded ??= require(name) as Package;
    return loaded;
  };
}
