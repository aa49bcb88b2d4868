import { expect } from 'vitest';
import type { Answer } from '../answer.ts';

export interface Request {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A chunked body, by a client that can. */
  readonly chunks?: readonly string[];
}

/** Makes requests of 127.0.0.1 one after another, on one connection where it may, and tells the answers. */
export type Client = (port: number, requests: readonly Request[]) => Promise<readonly Answer[]>;

/** Makes the same requests of both ports, and expects the same answers. Gives those of the first, to look at further. */
export async function expectSameAnswers(
  client: Client,
  { direct, through }: { readonly direct: number; readonly through: number },
  requests: readonly Request[],
): Promise<readonly Answer[]> {
  const expected = await client(direct, requests);
  const answers = await client(through, requests);
  for (const [index, request] of requests.entries())
    expect({ request, answer: answers[index] }).toEqual({ request, answer: expected[index] });
  return expected;
}
