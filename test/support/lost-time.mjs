// Preloaded into every thread of a process under test. At SIGUSR2 the main thread does nothing at all for STALL milliseconds,
// or the clock of all threads is set by SHIFT milliseconds.
import { isMainThread } from 'node:worker_threads';

const { STALL = '0', SHIFT = '0' } = process.env;
const channel = new BroadcastChannel('lost time');
channel.unref();
const now = Date.now;
function shift() {
  Date.now = () => now() + Number(SHIFT);
}
channel.onmessage = shift;
if (isMainThread) {
  process.on('SIGUSR2', () => {
    if (STALL !== '0') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(STALL));
    channel.postMessage('');
    shift();
  });
}
