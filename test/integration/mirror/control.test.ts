import { expect, test } from 'vitest';
import { mirrorOf, sameAnswer } from '../../support/mirror.ts';
import { type OriginScript, startOrigin } from '../../support/origin.ts';

const hanging: OriginScript = { request: () => {} };
const ok: OriginScript = { request: (_request, reply) => reply.send(sameAnswer('ok')) };
const MIB = 1024 * 1024;

async function house(shadowScript: OriginScript, controlScript: OriginScript, mirror: object = {}) {
  const [shadow, control] = await Promise.all([startOrigin(shadowScript), startOrigin(controlScript)]);
  const running = mirrorOf({ shadow, control, mirror: { timeout: 5_000, ...mirror } });
  /** Waits until nothing is awaited of the shadow. */
  const answered = () => expect.poll(() => running.mirror.destination('shadow')!.underWay).toBe(0);
  return { shadow, control, answered, ...running };
}

test('a control that hangs gets a breaker of its own: pairs are compared without it, but for one now and then', async () => {
  const { begin, pass, endings, notices, mirror, answered, control } = await house(ok, hanging);
  for (let count = 1; count <= 20; count++) begin().answer('ok');
  await control.received(20);
  await answered();
  pass(5_000);
  await expect.poll(endings).toEqual({ match: 20 });
  expect(mirror.destination('control')!.breaker).toBe('open');
  expect(mirror.destination('shadow')!.breaker).toBe('closed');
  expect(notices).toMatchObject([
    { level: 'warn', message: expect.stringMatching(/^the control has failed/), facts: { failure: 'timeout' } },
  ]);
  begin().answer('ok');
  await expect.poll(endings).toEqual({ match: 21 });
  expect(control.requests.length).toBe(20);
  pass(1_000);
  begin();
  await control.received(21);
});

test('without an answer of the control nothing says that the shadow is faster', async () => {
  const { begin, pass, endings, counts, answered, control } = await house(ok, hanging);
  begin().answer('ok', 3);
  await control.received(1);
  await answered();
  pass(5_000);
  await expect.poll(endings).toEqual({ match: 1 });
  expect(counts().deltaBelow.every((count) => count === 0)).toBe(true);
});

test('an exchange is in flight until its last leg has ended', async () => {
  const { begin, pass, endings, answered, control } = await house(ok, hanging, { inFlight: 2 });
  for (let count = 0; count < 5; count++) begin().answer('ok');
  await control.received(2);
  await answered();
  expect(endings()).toEqual({ 'skipped:in_flight_limit': 3 });
  pass(5_000);
  await expect.poll(endings).toEqual({ match: 2, 'skipped:in_flight_limit': 3 });
  begin().answer('ok');
  await control.received(3);
});

const half: OriginScript = {
  request: (_request, reply) => reply.raw(`HTTP/1.1 200 OK\r\nContent-Length: 800001\r\n\r\n${'x'.repeat(800_000)}`),
};

test.each([
  ['control', ok, half],
  ['shadow', half, ok],
])('what the %s has sent counts against the buffer, and is let go in the end', async (_who, shadow, control) => {
  const { begin, pass, mirror } = await house(shadow, control, { buffer: MIB });
  const before = mirror.held.bytes;
  begin().answer('ok');
  await expect.poll(() => mirror.held.bytes).toBeGreaterThan(800_000);
  begin().answer('ok');
  // The second does not fit, and what it had is let go.
  await expect.poll(() => mirror.held.bytes).toBeLessThan(MIB);
  pass(5_000);
  await expect.poll(() => mirror.held.bytes).toBe(before);
});

test('the shadow is compared with the primary alone where the control had no connection to spare', async () => {
  const [shadow, control] = await Promise.all([startOrigin(ok), startOrigin(hanging)]);
  const { begin, pass, endings } = mirrorOf({
    shadow,
    control,
    target: { connections: 1 },
    mirror: { timeout: 9_000 },
  });
  begin().answer('ok');
  await Promise.all([shadow.received(1), control.received(1)]);
  begin().answer('ok');
  await shadow.received(2);
  pass(5_000);
  await expect.poll(endings).toEqual({ match: 1 });
});
