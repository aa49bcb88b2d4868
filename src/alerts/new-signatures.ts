import type { SignatureRow } from '../model/finding.ts';
import { SHADOW_FAILURES } from '../model/outcome.ts';
import type { StoreReader } from '../model/store-reader.ts';
import { triageOf } from '../model/triage.ts';
import type { Alert } from './alert.ts';

const TOLD_OF: ReadonlySet<string> = new Set(['mismatch', ...SHADOW_FAILURES]);

/** How many ids are remembered. Beyond that, no signature is reported as new. */
const MOST_KNOWN = 20_000;
/** How many signatures the store is asked for at once. Each comes with its examples. */
const MOST_ASKED = 20;

interface Seen {
  readonly service: string;
  readonly row: SignatureRow;
}

/** Finds signatures that are new: not seen before by this process or an earlier one. */
export class NewSignatures {
  readonly #store: Pick<StoreReader, 'signature'>;
  /** Milliseconds since 1970. */
  readonly #startedAt: number;
  readonly #tell: (alert: Alert) => void;
  readonly #known = new Set<string>();
  #pending: Seen[] = [];
  #looking = false;

  constructor(store: Pick<StoreReader, 'signature'>, startedAt: number, tell: (alert: Alert) => void) {
    this.#store = store;
    this.#startedAt = startedAt;
    this.#tell = tell;
  }

  see(service: string, rows: readonly SignatureRow[]): void {
    for (const row of rows) {
      const key = `${service} ${row.id}`;
      if (!TOLD_OF.has(row.ending) || this.#known.has(key) || this.#known.size >= MOST_KNOWN) continue;
      this.#known.add(key);
      this.#pending.push({ service, row });
    }
  }

  forget(ids: readonly string[]): void {
    for (const key of this.#known) if (ids.some((id) => key.endsWith(` ${id}`))) this.#known.delete(key);
  }

  /** Asks the store about signatures that were found since the last call. Never rejects. */
  async look(now: number): Promise<void> {
    if (this.#looking || this.#pending.length === 0) return;
    this.#looking = true;
    for (const seen of this.#pending.splice(0, MOST_ASKED)) {
      const is = await this.#newsOf(seen, now);
      if (is !== undefined) this.#tell(alertOf(seen, is));
    }
    this.#looking = false;
  }

  /** If the store can't be asked, the signature is reported anyway. */
  async #newsOf({ service, row }: Seen, now: number): Promise<'new' | 'seen_again' | undefined> {
    const stored = await this.#store.signature(row.id, { service }).catch(() => undefined);
    if (stored === undefined) return 'new';
    const triage = triageOf(stored.mark, now);
    if (triage.state === 'expected') return undefined;
    // A finding that is not recorded yet may also have come after the signature was fixed.
    if (triage.state === 'fixed') return row.lastSeen > triage.markedAt ? 'seen_again' : undefined;
    if (triage.reopened?.was === 'fixed' && triage.reopened.at >= this.#startedAt) return 'seen_again';
    return stored.firstSeen >= this.#startedAt ? 'new' : undefined;
  }
}

function alertOf({ service, row }: Seen, is: 'new' | 'seen_again'): Alert {
  const { id, route, ending, primaryStatus, shadowStatus, places } = row;
  return { event: 'signature', is, id, service, route, ending, primaryStatus, shadowStatus, places };
}
