import { expect, test } from 'vitest';
import { valuesOf } from '../../support/message.ts';
import { settled } from '../../support/metrics.ts';
import { type Origin, startOrigin } from '../../support/origin.ts';
import { startUnderstudy } from '../../support/understudy.ts';

async function traceSeenBy(origin: Origin): Promise<string[]> {
  const [request] = await origin.received(1);
  return valuesOf(request!.fields, 'traceparent');
}

test.each([
  ['a trace that the client began', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00', 'rojo=1'],
  ['a trace that is begun here', undefined, undefined],
])('%s goes on to primary, shadow and control, with a span for each', async (_which, traceparent, tracestate) => {
  const legs = await Promise.all(
    ['primary', 'shadow', 'control'].map(() => startOrigin((_request, reply) => reply.json({ ok: true }))),
  );
  const [primary, shadow, control] = legs as [Origin, Origin, Origin];
  const understudy = await startUnderstudy({ primary: primary.url, shadow: shadow.url, control: control.url });
  await fetch(`http://127.0.0.1:${understudy.port}/`, {
    headers: { ...(traceparent && { traceparent }), ...(tracestate && { tracestate }) },
  });
  await settled(understudy.adminPort, 1);

  const seen = (await Promise.all(legs.map(traceSeenBy))).map((values) => {
    expect(values).toHaveLength(1);
    const [version, trace, span, flags] = values[0]!.split('-');
    return { version, trace, span, flags };
  });
  const [one] = seen;
  for (const { version, trace, flags } of seen) expect([version, trace, flags]).toEqual(['00', one!.trace, one!.flags]);
  expect(new Set(seen.map(({ span }) => span)).size).toBe(3);
  if (traceparent !== undefined) expect(`00-${one!.trace}-${one!.span}-${one!.flags}`).toBe(traceparent);
  for (const { requests } of legs) {
    expect(valuesOf(requests[0]!.fields, 'tracestate')).toEqual(tracestate === undefined ? [] : [tracestate]);
  }
});
