// Preloaded into every thread of a process under test. The thread that CRASH_THREAD names throws when the process gets
// SIGUSR2; with CRASH_AT=start it throws before its module is loaded, with CRASH_AT=never it waits there for good.
// With CRASH_ON it throws there if its configuration has this text in it.
import { writeSync } from 'node:fs';
import { isMainThread, threadName, workerData } from 'node:worker_threads';

const { CRASH_THREAD, CRASH_AT, CRASH_ON } = process.env;
const channel = new BroadcastChannel('crash');
channel.unref();
if (isMainThread) {
  process.on('SIGUSR2', () => channel.postMessage(CRASH_THREAD));
} else {
  channel.onmessage = ({ data }) => {
    if (data === threadName) throw new Error('a crash on purpose');
  };
}
if (!isMainThread && threadName === CRASH_THREAD) {
  const isHit = CRASH_ON !== undefined && JSON.stringify(workerData.config).includes(CRASH_ON);
  if (CRASH_AT === 'start' || isHit) throw new Error('a crash on purpose');
  if (CRASH_AT === 'never') {
    writeSync(2, `{"msg":"${threadName} hangs"}\n`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
}
