import { expect, test } from 'vitest';
import { COPY_MARKER } from '../../../src/model/copy-marker.ts';
import { mirrorOf, sameAnswer } from '../../support/mirror.ts';
import { type OriginScript, startOrigin } from '../../support/origin.ts';

const ok: OriginScript = { request: (_request, reply) => reply.send(sameAnswer('ok')) };
const hanging: OriginScript = { request: () => {} };

async function house(primaryScript: OriginScript, mirror: object = {}) {
  const [shadow, primary] = await Promise.all([startOrigin(ok), startOrigin(primaryScript)]);
  const settings = { calibrate: 1, repeats: { rate: 10_000, atOnce: 100 }, timeout: 5_000, ...mirror };
  const running = mirrorOf({ shadow, repeated: primary, mirror: settings });
  /** Waits until nothing is awaited of the shadow. */
  const answered = () => expect.poll(() => running.mirror.destination('shadow')!.underWay).toBe(0);
  return { shadow, primary, answered, ...running };
}

test('a copied GET is sent to the primary once more, marked as a copy, and its latency is no control', async () => {
  const { begin, endings, counts, primary, mirror } = await house(ok);
  begin({ path: '/a' }).answer('ok');
  await expect.poll(endings).toEqual({ match: 1 });
  expect(primary.requests).toMatchObject([{ method: 'GET', target: '/a' }]);
  expect(primary.requests[0]!.fields).toEqual(expect.arrayContaining([COPY_MARKER, 'marker']));
  expect(
    counts()
      .lastByte('control')
      .every((count) => count === 0),
  ).toBe(true);
  expect(mirror.takeRepeats()).toContainEqual(expect.objectContaining({ purpose: 'calibrate', sent: 1 }));
});

test('what is not safe is never sent to the primary once more', async () => {
  const { begin, endings, primary, pass } = await house(ok);
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    begin({ method }).answer('ok');
    pass(1);
  }
  await expect.poll(endings).toEqual({ match: 5 });
  expect(primary.requests).toEqual([]);
});

test('a primary whose second response differs is a pair for the comparison, though the shadow agrees', async () => {
  const { begin, endings, shadow, primary } = await house({
    request: (_request, reply) => reply.send(sameAnswer('other')),
  });
  begin().answer('ok');
  await Promise.all([shadow.received(1), primary.received(1)]);
  begin({ method: 'POST' }).answer('ok');
  await expect.poll(endings).toEqual({ match: 1 });
});

test('no more is sent than the budget has, by number at once and by rate', async () => {
  const { begin, pass, endings, primary, mirror, shadow, answered } = await house(hanging, {
    repeats: { rate: 1, atOnce: 2 },
  });
  begin().answer('ok');
  begin().answer('ok');
  await primary.received(1);
  for (let second = 0; second < 3; second++) {
    pass(1_000);
    begin().answer('ok');
  }
  await primary.received(2);
  await shadow.received(5);
  await answered();
  await expect.poll(endings).toEqual({ match: 3 });
  expect(primary.requests.length).toBe(2);
  pass(5_000);
  await expect.poll(endings).toEqual({ match: 5 });
  begin().answer('ok');
  await primary.received(3);
  const [calibrated] = mirror.takeRepeats();
  expect(calibrated).toMatchObject({ sent: 3, over_budget: 3, breaker_open: 0 });
});

test('a primary that fails is left alone, but for one now and then', async () => {
  const { begin, pass, endings, primary, notices, mirror, answered } = await house(hanging);
  for (let count = 1; count <= 20; count++) {
    begin().answer('ok');
    pass(1);
  }
  await primary.received(20);
  await answered();
  pass(5_000);
  await expect.poll(endings).toEqual({ match: 20 });
  begin().answer('ok');
  await expect.poll(endings).toEqual({ match: 21 });
  expect(mirror.takeRepeats()[0]).toMatchObject({ sent: 20, breaker_open: 1 });
  expect(notices).toMatchObject([{ message: expect.stringMatching(/^the primary has failed/) }]);
});
