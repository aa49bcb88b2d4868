/** Copies of what the shadow serves go to production. Whoever serves, left is production and right the shadow. */
import { expect, test } from 'vitest';
import { sketchCount } from '../../../src/lib/sketch.ts';
import { mirrorOf, sameAnswer } from '../../support/mirror.ts';
import { type OriginScript, startOrigin } from '../../support/origin.ts';

const hanging: OriginScript = { request: () => {} };
const ok: OriginScript = { request: (_request, reply) => reply.send(sameAnswer('ok')) };
const resetting: OriginScript = { request: ({ connection }) => connection.socket.resetAndDestroy() };

async function house(production: OriginScript, { control: controlScript, ...mirror }: { control?: OriginScript } = {}) {
  const [shadow, repeated] = await Promise.all([startOrigin(hanging), startOrigin(production)]);
  const control = controlScript && (await startOrigin(controlScript));
  const setup = { shadow, repeated, ...(control && { control }), mirror: { timeout: 5_000, ...mirror } };
  return { shadow, production: repeated, control, ...mirrorOf(setup) };
}

test('what the shadow serves is copied to production and to the control, with the marker, and never to the shadow', async () => {
  const { begin, endings, production, control, shadow } = await house(ok, { control: ok });
  begin({ servedBy: 'shadow' }).answer('ok');
  await expect.poll(endings).toEqual({ match: 1 });
  expect(shadow.connections.length).toBe(0);
  for (const { requests } of [production, control!]) expect(requests[0]!.fields).toContain('x-understudy-copy');
});

test('a latency delta is what the shadow took minus what production took, whoever serves', async () => {
  const { begin, counts, endings } = await house(ok);
  // The clock stands still: production takes no time.
  begin({ servedBy: 'shadow' }).answer('ok', 40);
  await expect.poll(endings).toEqual({ match: 1 });
  const { deltaAbove, deltaBelow } = counts();
  expect([sketchCount(deltaAbove), sketchCount(deltaBelow)]).toEqual([1, 0]);
  expect((['primary', 'shadow'] as const).map((leg) => sketchCount(counts().lastByte(leg)))).toEqual([1, 1]);
});

test('where the client slowed the shadow down, its time is not compared, control or not', async () => {
  const { begin, counts, endings } = await house(ok, { control: ok });
  begin({ servedBy: 'shadow' }).answer('ok', 9_000, true);
  await expect.poll(endings).toEqual({ match: 1 });
  expect(counts().leftOut('client_pace')).toBe(1);
  expect(counts().deltaAbove.every((count) => count === 0)).toBe(true);
  expect(
    counts()
      .lastByte('shadow')
      .every((count) => count === 0),
  ).toBe(true);
});

test('production that gives no answer to a copy is at fault, not the shadow', async () => {
  const { begin, endings, counts } = await house(resetting);
  begin({ servedBy: 'shadow' }).answer('ok');
  await expect.poll(endings).toEqual({ 'skipped:primary_copy_failed': 1 });
  expect(counts().signs('failure')).toEqual({ worse: 0, better: 0 });
});

test('production that hangs longer than the shadow took is at fault as well', async () => {
  const { begin, endings, production, pass } = await house(hanging);
  begin({ servedBy: 'shadow' }).answer('ok', 6_000);
  await production.received(1);
  pass(9_000);
  await expect.poll(endings).toEqual({ 'skipped:primary_copy_failed': 1 });
});

test('a control that fails is no evidence for a shadow that serves, since the failures of that shadow make no pairs', async () => {
  const { begin, endings, counts } = await house(ok, { control: resetting });
  begin({ servedBy: 'shadow' }).answer('ok');
  await expect.poll(endings).toEqual({ match: 1 });
  expect(counts().signs('failure')).toEqual({ worse: 0, better: 0 });
});

test('without production as a target of copies the request is counted all the same', async () => {
  const shadow = await startOrigin(ok);
  const { begin, endings } = mirrorOf({ shadow });
  begin({ servedBy: 'shadow' }).answer('ok');
  await expect.poll(endings).toEqual({ 'skipped:route': 1 });
});
