// Preloaded into every thread of a process under test: SIGUSR2 makes the thread that CRASH_THREAD names throw.
import { isMainThread, threadName } from 'node:worker_threads';

const channel = new BroadcastChannel('crash');
channel.unref();
if (isMainThread) {
  process.on('SIGUSR2', () => channel.postMessage(process.env.CRASH_THREAD));
} else {
  channel.onmessage = ({ data }) => {
    if (data === threadName) throw new Error('a crash on purpose');
  };
}
