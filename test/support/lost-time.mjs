// Preloaded into every thread of a process under test. At SIGUSR2 the main thread does nothing at all for STALL milliseconds,
// and the clock of all threads is set ahead by SHIFT milliseconds; at the next one it is set back.
import { isMainThread } from 'node:worker_threads';

const { STALL = '0', SHIFT = '0' } = process.env;
const channel = new BroadcastChannel('lost time');
channel.unref();
const now = Date.now;
let ahead = 0;
function shift() {
  ahead = Number(SHIFT) - ahead;
  Date.now = () => now() + ahead;
}
channel.onmessage = shift;
if (isMainThread) {
  process.on('SIGUSR2', () => {
    if (STALL !== '0') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(STALL));
    channel.postMessage('');
    shift();
  });
}
