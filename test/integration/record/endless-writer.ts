/** Writes flushes of one request to the store until it is killed, and says after each that it is written. */
import { writeSync } from 'node:fs';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { flush, signature } from '../../support/flushes.ts';

const [path = '', id = ''] = process.argv.slice(2);
const store = await SqliteStore.open({ path, run: { id, startedAt: Date.now() }, now: Date.now, warn: console.error });
for (let sequence = 1; ; sequence++) {
  const routes = { orders: { requests: 1, legs: { primary: [1] } } };
  await store.write(flush({ sequence, at: Date.now(), routes, signatures: [signature()] }));
  writeSync(1, `${sequence}\n`);
}
