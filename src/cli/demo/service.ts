import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

export type EditionName = 'first' | 'second';

export interface Service {
  readonly url: string;
  stop(): Promise<void>;
}

/** One instance of the box office, in a thread of its own, on a free loopback port. */
export async function startService(edition: EditionName): Promise<Service> {
  const worker = new Worker(new URL(`./edition-thread${extname(import.meta.url)}`, import.meta.url), {
    workerData: edition,
  });
  const [port] = await once(worker, 'message');
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => void (await worker.terminate()),
  };
}
