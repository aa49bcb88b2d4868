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
