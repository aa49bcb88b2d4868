// Preloaded into a process under test: NO_THREADS times, the system has no thread to give, from the start on or, with
// NO_THREADS_AT=signal, from SIGUSR2 on.
import { syncBuiltinESMExports } from 'node:module';
import workerThreads from 'node:worker_threads';

const { Worker, isMainThread } = workerThreads;
const { NO_THREADS = '0', NO_THREADS_AT = 'start' } = process.env;
if (isMainThread) {
  let refusals = NO_THREADS_AT === 'start' ? Number(NO_THREADS) : 0;
  if (NO_THREADS_AT === 'signal') process.on('SIGUSR2', () => (refusals = Number(NO_THREADS)));
  workerThreads.Worker = class extends Worker {
    constructor(...args) {
      if (refusals-- > 0)
        throw Object.assign(new Error('Worker initialization failure: EAGAIN'), { code: 'ERR_WORKER_INIT_FAILED' });
      super(...args);
    }
  };
  syncBuiltinESMExports();
}
