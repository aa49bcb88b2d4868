import { expect, test } from 'vitest';
import { Confirmations } from '../../../src/findings/confirmations.ts';
import type { Place } from '../../../src/model/difference.ts';
import type { RepeatRequest } from '../../../src/model/repeat.ts';
import { captured } from '../../support/captured.ts';
import { signature } from '../../support/flushes.ts';
import { rowAt } from '../../support/rows.ts';

const AT = { service: 'default', row: rowAt(3), rehearsal: 1 };
const TOTAL: Place = { path: '$.total', kind: 'value' };
const OTHER: Place = { path: '$.at', kind: 'value' };

function setting() {
  const sent: RepeatRequest[] = [];
  const timers: { run: () => void; milliseconds: number }[] = [];
  const confirmations = new Confirmations(
    (request) => sent.push(request),
    (run, milliseconds) => timers.push({ run, milliseconds }),
  );
  /** Lets all that is due after at most that long happen. */
  const pass = (most: number) => {
    const due = timers.filter(({ milliseconds }) => milliseconds <= most);
    for (const { run } of due)
      timers
        .splice(
          timers.findIndex((timer) => timer.run === run),
          1,
        )[0]!
        .run();
  };
  const begin = (method = 'GET', id = 's1') => {
    const request = { method, target: '/a', fields: ['Host', 'x'], body: Buffer.alloc(0) };
    confirmations.begin(signature({ id }), [TOTAL], captured({ request }), AT);
  };
  return { confirmations, sent, pass, begin };
}

test('the request of a mismatch is repeated a second later, and counts with its signature as persistent or transient', () => {
  const { confirmations, sent, pass, begin } = setting();
  begin();
  begin();
  expect(sent).toEqual([]);
  pass(1_000);
  expect(sent).toMatchObject([
    { number: 0, ...AT, head: { method: 'GET', target: '/a', authority: 'x', bodyLength: 0 } },
    { number: 1 },
  ]);
  expect(confirmations.end(0, [OTHER, TOTAL])).toMatchObject({
    id: 's1',
    count: 0,
    repeats: { persistent: 1, transient: 0 },
  });
  expect(confirmations.end(1, [OTHER])).toMatchObject({ repeats: { persistent: 0, transient: 1 } });
  expect(confirmations.end(1, [OTHER])).toBeUndefined();
});

test('what is not safe is never repeated, nor is more than five of a signature', () => {
  const { sent, pass, begin } = setting();
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) begin(method, method);
  for (let count = 0; count < 9; count++) begin('HEAD');
  pass(1_000);
  expect(sent.map(({ head }) => head.method)).toEqual(Array(5).fill('HEAD'));
});

test('another request is repeated in the place of one that came to nothing', () => {
  const { confirmations, sent, pass, begin } = setting();
  for (let count = 0; count < 5; count++) begin();
  pass(60_000);
  begin();
  pass(1_000);
  expect(sent.length).toBe(6);
  expect(confirmations.end(0, [TOTAL])).toBeUndefined();
});
