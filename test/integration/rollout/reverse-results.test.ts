/** Results while both versions serve users: left is production and right the candidate, whoever served. */
import { expect, test } from 'vitest';
import type { RecordedLeg } from '../../../src/model/finding.ts';
import type { MarkedSignature, SignatureDetail, Summary } from '../../../src/model/store-reader.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { get } from '../../support/rollout-stage.ts';
import { startUnderstudy } from '../../support/understudy.ts';

const BEGUN = 'a rehearsal was begun by the rollout';

const USERS = Array.from({ length: 60 }, (_, index) => `user-${index}`);

test('one mismatch is one cause, whoever served; examples say who did, and outcomes add up to the requests', async () => {
  const production = await startOrigin((_request, reply) => reply.json({ price: 10 }));
  const candidate = await startOrigin((_request, reply) => reply.json({ price: 12, added: true }));
  const { port, adminPort, logged } = await startUnderstudy({
    primary: production.url,
    shadow: candidate.url,
    rollout: { steps: ['50%', '100%'], sticky: [{ header: 'x-user' }] },
  });
  const api = async <Reply>(path: string, init?: RequestInit): Promise<Reply> =>
    (await fetch(`http://127.0.0.1:${adminPort}/api/v1/${path}`, init)).json() as Promise<Reply>;
  const body = JSON.stringify({ command: 'start' });
  await api('rollout', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  const { rehearsal } = await logged(({ label, msg }) => label === 'rollout 50%' && msg === BEGUN);

  const client = await connectRaw(port);
  const served = { production: 0, candidate: 0 };
  for (const user of USERS) {
    void client.send(get(user, '/orders/7'));
    const { price } = JSON.parse((await client.response()).body.toString());
    served[price === 10 ? 'production' : 'candidate']++;
  }
  expect(Math.min(served.production, served.candidate)).toBeGreaterThan(10);
  const results = async () => (await api<{ results: Summary }>(`summary?rehearsal=${rehearsal}`)).results;
  await expect.poll(async () => (await results()).requests, { timeout: 10_000 }).toBe(USERS.length);
  const { outcomes } = await results();
  expect(outcomes).toEqual([{ ending: 'mismatch', count: USERS.length }]);
  // Each was served by one version and copied to the other.
  for (const { requests } of [production, candidate]) expect(requests.length).toBe(USERS.length);

  const { signatures } = await api<{ signatures: MarkedSignature[] }>(`signatures?rehearsal=${rehearsal}`);
  expect(signatures).toHaveLength(1);
  expect(signatures[0]).toMatchObject({
    count: USERS.length,
    places: [
      { path: '$.added', kind: 'added' },
      { path: '$.price', kind: 'value' },
    ],
  });
  const { examples } = await api<SignatureDetail>(`signatures/${signatures[0]!.id}?rehearsal=${rehearsal}`);
  const ofShadow = examples.filter((each) => each.servedBy === 'shadow');
  expect(ofShadow.length).toBeGreaterThan(0);
  const bodyOf = (leg: RecordedLeg) => ('body' in leg ? JSON.parse(leg.body.content) : leg);
  for (const { primary, shadow } of examples) {
    expect(bodyOf(primary)).toEqual({ price: 10 });
    expect(bodyOf(shadow)).toEqual({ price: 12, added: true });
  }
});
