/** Names routes at random, like the threads beside it, until it has made so many; then it says how it sees them all. */
import { parentPort, workerData } from 'node:worker_threads';
import { RouteLog } from '../../../src/grouping/route-log.ts';
import { RouteNames } from '../../../src/grouping/route-names.ts';
import { Random } from '../tape/script.ts';

export interface Appending {
  readonly memory: SharedArrayBuffer;
  readonly seed: number;
  /** Infinity: until it is killed. */
  readonly requests: number;
}

const { memory, seed, requests } = workerData as Appending;
const routes = new RouteNames(new RouteLog(memory));
const owner = routes.configured(['default'])![0]!;
const random = new Random(seed);
const word = (kinds: number) => `w${String.fromCharCode(97 + ((random.next() >>> 8) % kinds))}`;

const rows = new Map<number, string>();
for (let count = 0; count < requests; count++) {
  const segments = [word(26), word(26), word(4)].slice(0, 1 + ((random.next() >>> 8) % 3));
  const method = ['GET', 'POST'][(random.next() >>> 8) % 2]!;
  const path = routes.path(owner, method, segments, 'by_head', 400);
  const row = count % 7 === 0 ? routes.operation(path, word(26), 400) : path;
  rows.set(row, routes.info(row).name);
  if (count === 100) parentPort!.postMessage('going');
}
parentPort!.postMessage(routes.all().map((info) => info?.name ?? null));
