// Preloaded into a process under test: the heap of its compare threads has SMALL_HEAP MiB.
import { syncBuiltinESMExports } from 'node:module';
import workerThreads from 'node:worker_threads';

const { Worker, isMainThread } = workerThreads;
if (isMainThread) {
  const small = { maxOldGenerationSizeMb: Number(process.env.SMALL_HEAP) };
  workerThreads.Worker = class extends Worker {
    constructor(entry, options) {
      super(entry, options.name.startsWith('compare') ? { ...options, resourceLimits: small } : options);
    }
  };
  syncBuiltinESMExports();
}
