import { UnderstudyError } from '../model/errors.ts';

/**
 * What keeps a store from being used.
 * `locked`: another process holds it; `full`: no space; `failing`: the medium reports an error; `corrupt`: contents are
 * damaged; `gone`: the file was removed or replaced while in use;
 * `lost`: the process that held it ended; `closed`: used after its end. These may pass.
 * `missing`, `misplaced` (a directory, a device, a folder that does not exist), `forbidden` (permissions, read-only),
 * `foreign` (not a store of ours), `unsupported` (a URL of another kind), `claimed` (another process records to it), `newer` and `older` (another version's
 * schema) need a person.
 */
export type StoreFault = (typeof PASSING)[number] | (typeof LASTING)[number];

const PASSING = ['locked', 'full', 'failing', 'corrupt', 'gone', 'lost', 'closed'] as const;
const LASTING = ['missing', 'misplaced', 'forbidden', 'foreign', 'unsupported', 'claimed', 'newer', 'older'] as const;

/** The message names the store, the cause, and what to do. */
export class StoreError extends UnderstudyError {
  readonly fault: StoreFault;

  constructor(fault: StoreFault, message: string, options?: ErrorOptions) {
    super('store_unusable', message, options);
    this.name = 'StoreError';
    this.fault = fault;
  }

  /** Whether trying again later may help, without anybody changing the configuration. */
  get passing(): boolean {
    return (PASSING as readonly StoreFault[]).includes(this.fault);
  }
}
