// Preloaded into every thread of a proxy under chaos, and into its other processes. Harm comes by the channel to
// the parent: { thread, harm, ms }. To the process of the store it comes as SIGUSR2: from then on each of its transactions
// takes 500 ms more, until the next SIGUSR2.
import { DatabaseSync } from 'node:sqlite';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { isMainThread, threadName } from 'node:worker_threads';

const LAG = 500;
const channel = new BroadcastChannel('chaos');
channel.unref();
const wait = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
const now = Date.now;
let ahead = 0;
const harms = {
  throw: () => {
    throw new Error('a crash on purpose');
  },
  stall: (ms) => void wait(ms),
  clock: (ms) => {
    ahead += ms;
    Date.now = () => now() + ahead;
  },
  collect: () => {
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
  },
};
const [, program = ''] = process.argv;

/** `thread`: the name of one, main, or all. */
function onHarm({ thread, harm, ms }) {
  if (thread === 'all' || thread === (isMainThread ? 'main' : threadName)) harms[harm](ms);
}

if (!isMainThread) channel.onmessage = ({ data }) => onHarm(data);
else if (/record.process.entry/.test(program)) {
  let lag = 0;
  process.on('SIGUSR2', () => (lag = LAG - lag));
  const { exec } = DatabaseSync.prototype;
  DatabaseSync.prototype.exec = function (sql) {
    if (sql === 'COMMIT' && lag > 0) wait(lag);
    return exec.call(this, sql);
  };
} else if (/main\.[jt]s$/.test(program)) {
  process.on('message', (message) => {
    channel.postMessage(message);
    onHarm(message);
  });
  // Whoever does the harm must not leave a proxy behind.
  process.on('disconnect', () => process.exit(1));
  process.channel.unref();
}
