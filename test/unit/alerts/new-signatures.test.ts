import { expect, it } from 'vitest';
import { type Alert, textOf } from '../../../src/alerts/alert.ts';
import { NewSignatures } from '../../../src/alerts/new-signatures.ts';
import type { SignatureDetail } from '../../../src/model/store-reader.ts';
import { signature } from '../../support/flushes.ts';

const START = 10_000;

function watching(stored: Record<string, Partial<SignatureDetail>> | 'away' = {}) {
  const told: Alert[] = [];
  const asked: string[] = [];
  const store = {
    signature: async (id: string) => {
      asked.push(id);
      if (stored === 'away') throw new Error('the store is away');
      return stored[id] && { service: 'default', ...signature({ id, examples: [] }), examples: [], ...stored[id] };
    },
  };
  const signatures = new NewSignatures(store, START, (alert) => void told.push(alert));
  const ids = () => told.map((alert) => (alert.event === 'signature' ? `${alert.is} ${alert.id}` : alert.event));
  return { signatures, told, asked, ids };
}

it('tells of a mismatch or a failure that neither this process nor one before it has seen, once', async () => {
  const { signatures, ids } = watching({ old: { firstSeen: START - 1 }, fresh: { firstSeen: START + 1 } });
  const rows = ['old', 'fresh', 'unwritten'].map((id) => signature({ id }));
  signatures.see('default', [...rows, signature({ id: 'dead', ending: 'shadow_timeout' })]);
  signatures.see('default', [signature({ id: 'noise', ending: 'noise' }), signature({ id: 'ok', ending: 'match' })]);
  await signatures.look(START);
  signatures.see('default', rows);
  await signatures.look(START);
  expect(ids()).toEqual(['new fresh', 'new unwritten', 'new dead']);
});

it('tells nothing of what is expected, and of what was fixed that it is seen again', async () => {
  const { signatures, ids } = watching({
    expected: { firstSeen: START + 1, mark: { state: 'expected', reason: 'r', markedAt: 1 } },
    over: { firstSeen: START + 1, mark: { state: 'expected', reason: 'r', markedAt: 1, until: 5 } },
    again: { firstSeen: 1, mark: { state: 'fixed', markedAt: 1, seenAgain: START + 5 } },
    before: { firstSeen: 1, mark: { state: 'fixed', markedAt: 1, seenAgain: START - 5 } },
    late: { firstSeen: 1, mark: { state: 'fixed', markedAt: 2_000 } },
    now: { firstSeen: 1, mark: { state: 'fixed', markedAt: 1_999 } },
  });
  signatures.see(
    'default',
    ['expected', 'over', 'again', 'before', 'late', 'now'].map((id) => signature({ id })),
  );
  await signatures.look(START);
  expect(ids()).toEqual(['new over', 'seen_again again', 'seen_again now']);
});

it('tells again of what somebody said to be fixed meanwhile', async () => {
  const stored: Record<string, Partial<SignatureDetail>> = { s1: { firstSeen: START } };
  const { signatures, ids } = watching(stored);
  signatures.see('default', [signature()]);
  await signatures.look(START);
  stored['s1'] = { firstSeen: START, mark: { state: 'fixed', markedAt: 1, seenAgain: START + 1 } };
  signatures.forget(['s1']);
  signatures.see('default', [signature()]);
  await signatures.look(START);
  expect(ids()).toEqual(['new s1', 'seen_again s1']);
});

it('tells of it where the store is away, and asks about few at a time', async () => {
  const { signatures, asked, told } = watching('away');
  signatures.see(
    'default',
    Array.from({ length: 30 }, (_, at) => signature({ id: `s${at}` })),
  );
  await signatures.look(START);
  expect([asked.length, told.length]).toEqual([20, 20]);
  await signatures.look(START);
  expect(told.length).toBe(30);
});

it('names the service of a signature where services have names', async () => {
  const { signatures, told } = watching();
  signatures.see('users', [signature({ route: 'read' })]);
  await signatures.look(START);
  expect(told.map(textOf)).toEqual(['new: mismatch on read of users, status 200: $.total (value) [s1]']);
});
