/** Preloaded by `NODE_OPTIONS`: the comparison of bodies throws on a pair that says so, as a fault of our own would. */
import { isMainThread } from 'node:worker_threads';

if (!isMainThread) {
  const compare = Buffer.compare;
  Buffer.compare = (left, right) => {
    if (Buffer.from(right).includes('cannot be compared')) throw new Error('a fault of the comparison');
    return compare(left, right);
  };
}
