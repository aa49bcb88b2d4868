import { isOpaque } from '../lib/path-token.ts';
import type { RedactionUse } from '../model/finding.ts';
import { REDACTIONS, type Redaction } from '../model/redaction.ts';

/** How many names are listed per rule in the life of a thread. The limit is needed because clients may choose names. */
const MOST_NAMES = 50;
const LONGEST_NAME = 60;

/** Runs on a compare or an edge thread: counts what each redaction rule hid, by the names of the values. */
export class RedactionTally {
  readonly #names = new Map<Redaction, Set<string>>(REDACTIONS.map((rule) => [rule, new Set()]));
  #uses = new Map<string, RedactionUse>();

  add(rule: Redaction, name = ''): void {
    const listed = this.#isListed(rule, name) ? name : '';
    const key = `${rule} ${listed}`;
    this.#uses.set(key, { rule, name: listed, count: 1 + (this.#uses.get(key)?.count ?? 0) });
  }

  /** Counts since the last call. */
  take(): readonly RedactionUse[] {
    const uses = [...this.#uses.values()];
    this.#uses = new Map();
    return uses;
  }

  /** A random-looking name may be a secret itself. */
  #isListed(rule: Redaction, name: string): boolean {
    const names = this.#names.get(rule)!;
    if (names.has(name)) return true;
    if (!PLAIN.test(name) || name.length > LONGEST_NAME || isOpaque(name) || names.size >= MOST_NAMES) return false;
    names.add(name);
    return true;
  }
}

/** A name that can be written in `redact.allow`, and shown anywhere. */
const PLAIN = /^[\p{L}\p{N}_.:$@[\]-]+$/u;
