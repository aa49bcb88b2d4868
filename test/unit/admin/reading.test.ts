import { expect, it } from 'vitest';
import { Reading } from '../../../src/admin/reading.ts';
import { UnderstudyError } from '../../../src/model/errors.ts';
import type { Ask } from '../../../src/results/questions.ts';
import { caller } from './caller.ts';
import { dependencies } from './results.ts';

const MINUTE = 60_000;

function stage() {
  let now = 0;
  const reading = new Reading(() => now);
  return {
    reading,
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    fail: (path: string, why = 'damaged') =>
      reading
        .watch(path, () => Promise.reject(new UnderstudyError('store_unusable', why)))
        .catch((error) => error.message),
    read: (path: string) => reading.watch(path, () => 'value'),
  };
}

it('is well until something can not be read, and again once that can be', async () => {
  const { reading, pass, fail, read } = stage();
  expect(await read('causes')).toBe('value');
  expect(reading.state).toEqual({ status: 'read', failures: 0 });
  pass(MINUTE);
  expect(await fail('causes')).toBe('damaged');
  pass(MINUTE);
  await fail('causes', 'the process died');
  await read('timeline');
  const lastFailure = { since: MINUTE, at: 2 * MINUTE, why: 'the process died' };
  expect(reading.state).toEqual({ status: 'failing', failures: 2, lastFailure });
  await read('causes');
  expect(reading.state).toEqual({ status: 'read', failures: 2, lastFailure });
});

it('fails since the first of those that fail together, and while one of them does', async () => {
  const { reading, pass, fail, read } = stage();
  await fail('causes');
  pass(MINUTE);
  await fail('routes');
  expect(reading.state.lastFailure).toMatchObject({ since: 0, at: MINUTE });
  await read('causes');
  expect(reading.state.status).toBe('failing');
  await read('routes');
  expect(reading.state.status).toBe('read');
  pass(MINUTE);
  await fail('causes');
  expect(reading.state.lastFailure).toMatchObject({ since: 2 * MINUTE });
});

it('says nothing of the present by a failure that nobody tried again for a quarter of an hour', async () => {
  const { reading, pass, fail } = stage();
  await fail('causes/a');
  pass(10 * MINUTE);
  await fail('causes/b');
  pass(10 * MINUTE);
  expect(reading.state.status).toBe('failing');
  await fail('causes/c');
  expect(reading.state.lastFailure).toMatchObject({ since: 10 * MINUTE });
  pass(15 * MINUTE);
  expect(reading.state).toMatchObject({ status: 'read', failures: 3 });
});

it('takes no other failure for one of reading', async () => {
  const { reading } = stage();
  const usage = () => Promise.reject(new UnderstudyError('usage', 'no such service'));
  await expect(reading.watch('causes', usage)).rejects.toThrow('no such service');
  expect(reading.state).toEqual({ status: 'read', failures: 0 });
});

it('hears of every call of the API that reads, and of none that changes something', async () => {
  const well = dependencies();
  const { reading } = well;
  let works = false;
  const unreadable = () => Promise.reject(new UnderstudyError('store_unusable', 'damaged'));
  const ask = ((question, query) => (works ? well.ask(question, query) : unreadable())) as Ask;
  const { store } = well;
  const state = () => (reading as Reading).state;
  const call = caller({ reading, ask, store: Object.assign(Object.create(store), { clear: unreadable }) });
  expect((await call('DELETE', '/api/v1/results')).status).toBe(503);
  expect(state().failures).toBe(0);
  expect((await call('GET', '/api/v1/causes?limit=3')).status).toBe(503);
  expect((await call('GET', '/api/v1/latency')).status).toBe(503);
  expect(state()).toMatchObject({ status: 'failing', failures: 2, lastFailure: { why: 'damaged' } });
  works = true;
  expect((await call('GET', '/api/v1/causes')).status).toBe(200);
  expect((await call('GET', '/api/v1/latency')).status).toBe(200);
  expect(state().status).toBe('read');
});
