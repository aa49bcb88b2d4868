/** The messages between main and the process that answers questions about the results. */
import { type ErrorCode, UnderstudyError } from '../model/errors.ts';
import type { Question } from '../results/questions.ts';

/** Questions are numbered, and each gets one answer. `query`: as the question wants it. */
export interface ToResults {
  readonly number: number;
  readonly question: Question;
  readonly query: unknown;
}

export type FromResults =
  | { readonly number: number; readonly say: 'done'; readonly value: unknown }
  | { readonly number: number; readonly say: 'failed'; readonly failure: Failure };

/** An error as a message. Without a code, it is a bug. */
interface Failure {
  readonly code?: ErrorCode;
  readonly message: string;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof UnderstudyError) return { code: error.code, message: error.message };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

export function errorOf({ code, message }: Failure): Error {
  return code === undefined ? new Error(message) : new UnderstudyError(code, message);
}
