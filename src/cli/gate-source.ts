import * as z from 'zod';
import { ANSWERS } from '../model/answer.ts';
import { UnderstudyError } from '../model/errors.ts';
import { openReader } from '../record/open-store.ts';
import type { Verdict } from '../results/verdict.ts';
import { askVerdict, type VerdictQuestion } from '../results/verdict-question.ts';
import { AdminClient } from './admin-client.ts';

/** A source of verdicts, asked repeatedly. */
export type VerdictSource = (question: VerdictQuestion, now: number) => Promise<Verdict>;

/** A store, by its URL. It may be in use. It is opened for each question, because a proxy may replace it. */
export function fromStore(store: string): VerdictSource {
  return async (question, now) => {
    const reader = await openReader(store);
    try {
      return await askVerdict(reader, question, now);
    } finally {
      await reader.close();
    }
  };
}

/** The parts that a gate relies on. The rest is passed on unchanged. */
const shape = z.looseObject({
  schemaVersion: z.literal(1),
  verdict: z.enum(ANSWERS),
  services: z.array(z.looseObject({ reasons: z.array(z.string()), routes: z.array(z.unknown()) })),
});

/** A running proxy. Rejects like `AdminClient`. */
export function fromAdmin(admin: string, token: string | undefined): VerdictSource {
  const client = new AdminClient(admin, token);
  return async ({ overrides, ...of }) => {
    const query = new URLSearchParams(
      Object.entries({ ...of, ...overrides }).map(([name, value]) => [name, String(value)]),
    );
    const response = await client.call('GET', `/api/v1/verdict?${query}`);
    const body: unknown = await response.json().catch(() => undefined);
    const found = shape.safeParse(body);
    if (!found.success) {
      const told = `${client.base} gives no verdict: the response is something else, or of another version`;
      throw new UnderstudyError('unreachable_admin', told);
    }
    return body as Verdict;
  };
}
