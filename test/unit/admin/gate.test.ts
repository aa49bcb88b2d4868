import { describe, expect, it } from 'vitest';
import { judgedStore, SECONDS } from '../../support/judged-store.ts';
import { caller } from './caller.ts';

/** Posts to the gate of a store whose verdict is known. */
async function gateOf(answer: keyof typeof SECONDS) {
  const call = caller({ store: await judgedStore(SECONDS[answer]) });
  return (body: unknown) => call('POST', '/api/v1/gate', { body: JSON.stringify(body) });
}

describe('the gate for webhooks', () => {
  it.each(['regression', 'inconclusive', 'invalid'] as const)(
    'is closed at %s, and its body says why',
    async (answer) => {
      const post = await gateOf(answer);
      const { status, headers, value } = await post({});
      expect([status, headers['content-type']]).toEqual([412, 'application/problem+json']);
      expect(value).toMatchObject({ status: 412, title: 'Precondition Failed', code: 'gate_closed', verdict: answer });
      expect(value.reasons).not.toEqual([]);
      expect(value.detail).toContain(`The verdict is ${answer}: ${value.reasons[0]}`);
    },
  );

  it('is open at a pass, and says what was found', async () => {
    const { status, value } = await (await gateOf('pass'))({});
    expect([status, value]).toEqual([
      200,
      { schemaVersion: 1, verdict: 'pass', reasons: [expect.stringContaining('no mismatch in 6,000 exchanges')] },
    ]);
  });

  it('opens at a regression where it is told to', async () => {
    expect((await (await gateOf('regression'))({ expect: 'regression' })).status).toBe(200);
    expect((await (await gateOf('pass'))({ expect: 'regression' })).status).toBe(412);
  });

  it('takes its options from what Flagger posts, where all of them are texts', async () => {
    const post = await gateOf('pass');
    const flagger = { name: 'shop', namespace: 'test', phase: 'Progressing', checksum: '85d557f47b' };
    const posted = async (metadata?: object) => (await post({ ...flagger, ...(metadata && { metadata }) })).status;
    expect(await posted()).toBe(200);
    expect(await posted({ service: 'default', route: 'orders', epsilon: '0.2%', margin: '0.05' })).toBe(200);
    expect(await posted({ minExchanges: '7000' })).toBe(412);
    expect(await posted({ service: 'nobody' })).toBe(404);
    expect(await posted({ rehearsal: '9.9.9' })).toBe(412);
    expect((await post({ ...flagger, failedChecks: 0, canaryWeight: 10 })).status).toBe(200);
  });

  it.each([
    [{ epsilom: '1%' }, 'epsilom: unknown'],
    [{ name: 'a', namespace: 'b', metadata: { epsilom: '1%' } }, 'epsilom: unknown'],
    [{ epsilon: '0%' }, 'epsilon: less than 0.000001; found 0; allowed: at least 0.000001'],
    [{ epsilon: '5' }, 'epsilon: more than 0.5; found 5; allowed: at most 0.5'],
    [{ expect: 'regresion' }, 'expect: not one of the choices (did you mean regression?); allowed: '],
    [{ service: undefined, route: null }, 'route: not a string'],
    [{ metadata: { margin: 'some' } }, 'metadata.margin: not a number'],
    [{ minExchanges: 1.5 }, 'minExchanges: not a whole number'],
    [{ expect: 'inconclusive' }, 'expect: not one of the choices; allowed: pass, regression'],
    [{ service: 7 }, 'service: not a string'],
    [[], 'all of it: not an object'],
    [null, 'all of it: not an object'],
  ])('refuses %j and says what is wrong', async (body, detail) => {
    const { status, value } = await (await gateOf('pass'))(body);
    expect([status, value.code, value.detail]).toEqual([400, 'invalid_body', expect.stringContaining(detail)]);
  });
});

describe('the verdict', () => {
  it.each([
    ['service=defualt', 'no service is called "defualt" (did you mean "default"?); allowed: default'],
    ['baseline=0.9', 'no rehearsal has the id, version or label "0.9"; allowed: '],
  ])('of what is not there (%s) is not found, as elsewhere', async (query, detail) => {
    const call = caller({ store: await judgedStore(SECONDS.pass) });
    const posted = JSON.stringify(Object.fromEntries(new URLSearchParams(query)));
    for (const { status, value } of [
      await call('GET', `/api/v1/verdict?${query}`),
      await call('POST', '/api/v1/gate', { body: posted }),
    ])
      expect([status, value.code, value.detail]).toEqual([404, 'not_found', expect.stringContaining(detail)]);
  });

  it.each(Object.keys(SECONDS) as (keyof typeof SECONDS)[])('has %s where a web metric finds it', async (answer) => {
    const call = caller({ store: await judgedStore(SECONDS[answer]) });
    const { status, value } = await call('GET', '/api/v1/verdict?service=default&epsilon=0.1%25&margin=0.05');
    expect([status, value.verdict]).toEqual([200, answer]);
  });

  it.each(['0.1%25', '0.001', '.001', '1e-3', '1E-03'])('takes the share %s in a query', async (epsilon) => {
    const call = caller({ store: await judgedStore(SECONDS.pass) });
    const { status } = await call('GET', `/api/v1/verdict?service=default&epsilon=${epsilon}`);
    expect(status).toBe(200);
  });
});
