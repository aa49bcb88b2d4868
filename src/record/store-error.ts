import { UnderstudyError } from '../model/errors.ts';

/**
 * What keeps a store from being used.
 * These may pass:
 * `locked`: another process holds it; `full`: no space; `failing`: the medium reports an error; `corrupt`: its content
 * is damaged; `gone`: the file was removed or replaced while in use; `lost`: the process that held it ended; `closed`:
 * used after its end.
 * These need a person:
 * `missing`; `misplaced` (a directory, a device, a folder that does not exist); `forbidden` (permissions, read-only);
 * `foreign` (not a store of ours); `unsupported` (a URL of another kind); `claimed` (another process records to it);
 * `newer` and `older` (another version's schema).
 */
export type StoreFault = (typeof PASSING)[number] | (typeof LASTING)[number];

const PASSING = ['locked', 'full', 'failing', 'corrupt', 'gone', 'lost', 'closed'] as const;
const LASTING = ['missing', 'misplaced', 'forbidden', 'foreign', 'unsupported', 'claimed', 'newer', 'older'] as const;

/** The message names the store, the cause and what to do. */
export class StoreError extends UnderstudyError {
  readonly fault: StoreFault;

  constructor(fault: StoreFault, message: string, options?: ErrorOptions) {
    super('store_unusable', message, options);
    this.name = 'StoreError';
    this.fault = fault;
  }

  /** Whether trying again later may help, without a change of the configuration. */
  get passing(): boolean {
    return (PASSING as readonly StoreFault[]).includes(this.fault);
  }
}
