import { placesOf, signatureId } from '../compare/signature.ts';
import { OTHER_PLACES } from '../model/difference.ts';
import type {
  Evidence,
  Example,
  FindingsBatch,
  RedactionUse,
  RuleUse,
  SignatureFinding,
  SignatureRow,
} from '../model/finding.ts';
import { type RepeatCounts, sumOfRepeats } from '../model/repeat.ts';
import type { ExampleBudget } from './example-budget.ts';
import { exchangeSize } from './exchange-size.ts';

export interface FindingsBounds {
  /** Signatures of one route, and as many places of evidence. */
  readonly perRoute: number;
  /** For all routes together. */
  readonly inAll: number;
  /** The budget for all examples. It may be shared. */
  readonly examples: ExampleBudget;
}

export const EXAMPLES_PER_SIGNATURE = 10;

/**
 * Merges findings in bounded memory. Beyond the limits, detail is lost but no counts: further signatures of a route
 * become one that has `OTHER_PLACES`, and so does further evidence. Further examples are dropped and counted.
 */
export class FindingsGathering {
  readonly #bounds: FindingsBounds;
  #signatures = new Map<string, Gathered>();
  #evidence = new Map<string, Evidence>();
  /** Bounded by the number of configured rules. */
  #rules = new Map<string, RuleUse>();
  /** Bounded by what threads list. */
  #redactions = new Map<string, RedactionUse>();
  #signatureQuota: Quota;
  #evidenceQuota: Quota;
  #exampleBytes = 0;
  #droppedExamples = 0;

  constructor(bounds: FindingsBounds) {
    this.#bounds = bounds;
    this.#signatureQuota = new Quota(bounds);
    this.#evidenceQuota = new Quota(bounds);
  }

  /** Signatures that have not been taken yet. */
  get signatures(): number {
    return this.#signatures.size;
  }

  /** Since this gathering was made. */
  get droppedExamples(): number {
    return this.#droppedExamples;
  }

  /** Whether an example of this priority would be kept. If not, it need not be made. */
  wants(finding: SignatureRow, priority: number): boolean {
    const known = this.#find(finding);
    if (known !== undefined && !outranks(priority, known.examples)) return false;
    if (this.#bounds.examples.hasRoom) return true;
    this.#droppedExamples++;
    return false;
  }

  addSignature(finding: SignatureFinding): void {
    const known = this.#find(finding) ?? this.#begin(finding);
    known.count += finding.count;
    known.firstSeen = Math.min(known.firstSeen, finding.firstSeen);
    known.lastSeen = Math.max(known.lastSeen, finding.lastSeen);
    if (finding.repeats !== undefined)
      known.repeats = known.repeats ? sumOfRepeats(known.repeats, finding.repeats) : finding.repeats;
    for (const example of finding.examples) this.#addExample(known, example);
  }

  addEvidence(evidence: Evidence): void {
    const known = this.#evidence.get(evidenceKey(evidence));
    if (known !== undefined || this.#evidenceQuota.take(evidence.route)) this.#mergeEvidence(evidence);
    else this.#mergeEvidence({ ...evidence, ...OTHER_PLACES });
  }

  addRule(use: RuleUse): void {
    const key = JSON.stringify([use.route, use.rule]);
    this.#rules.set(key, { ...use, hits: use.hits + (this.#rules.get(key)?.hits ?? 0) });
  }

  addRedaction(use: RedactionUse): void {
    const key = `${use.rule} ${use.name}`;
    this.#redactions.set(key, { ...use, count: use.count + (this.#redactions.get(key)?.count ?? 0) });
  }

  add(batch: FindingsBatch): void {
    for (const finding of batch.signatures) this.addSignature(finding);
    for (const evidence of batch.evidence) this.addEvidence(evidence);
    for (const use of batch.rules) this.addRule(use);
    for (const use of batch.redactions) this.addRedaction(use);
  }

  /** Returns everything gathered, and forgets it. */
  take(): FindingsBatch {
    const batch = {
      signatures: [...this.#signatures.values()],
      evidence: [...this.#evidence.values()],
      rules: [...this.#rules.values()],
      redactions: [...this.#redactions.values()],
    };
    this.#signatures = new Map();
    this.#evidence = new Map();
    this.#rules = new Map();
    this.#redactions = new Map();
    this.#signatureQuota = new Quota(this.#bounds);
    this.#evidenceQuota = new Quota(this.#bounds);
    this.#giveBack(this.#exampleBytes);
    return batch;
  }

  #giveBack(bytes: number): void {
    this.#exampleBytes -= bytes;
    this.#bounds.examples.giveBack(bytes);
  }

  #find(finding: SignatureRow): Gathered | undefined {
    const known = this.#signatures.get(finding.id);
    if (known !== undefined || this.#signatureQuota.allows(finding.route)) return known;
    return this.#signatures.get(otherSignature(finding).id);
  }

  #begin(finding: SignatureFinding): Gathered {
    const named = this.#signatureQuota.take(finding.route) ? finding : otherSignature(finding);
    const { repeats: _, ...row } = named;
    const gathered: Gathered = { ...row, count: 0, examples: [] };
    this.#signatures.set(gathered.id, gathered);
    return gathered;
  }

  #addExample({ examples }: Gathered, example: Example): void {
    if (!outranks(example.priority, examples)) return;
    const size = exchangeSize(example.exchange);
    if (!this.#bounds.examples.take(size)) {
      this.#droppedExamples++;
      return;
    }
    this.#exampleBytes += size;
    examples.push(example);
    if (examples.length <= EXAMPLES_PER_SIGNATURE) return;
    examples.sort((left, right) => right.priority - left.priority);
    this.#giveBack(exchangeSize(examples.pop()!.exchange));
  }

  #mergeEvidence(evidence: Evidence): void {
    const key = evidenceKey(evidence);
    const known = this.#evidence.get(key);
    this.#evidence.set(key, {
      ...evidence,
      shadowOnly: evidence.shadowOnly + (known?.shadowOnly ?? 0),
      controlOnly: evidence.controlOnly + (known?.controlOnly ?? 0),
      both: evidence.both + (known?.both ?? 0),
    });
  }
}

interface Gathered extends SignatureFinding {
  count: number;
  firstSeen: number;
  lastSeen: number;
  repeats?: RepeatCounts;
  readonly examples: Example[];
}

/** How many more names a route may have. */
class Quota {
  readonly #bounds: FindingsBounds;
  readonly #taken = new Map<string, number>();
  #inAll = 0;

  constructor(bounds: FindingsBounds) {
    this.#bounds = bounds;
  }

  allows(route: string): boolean {
    return this.#inAll < this.#bounds.inAll && (this.#taken.get(route) ?? 0) < this.#bounds.perRoute;
  }

  take(route: string): boolean {
    if (!this.allows(route)) return false;
    this.#inAll++;
    this.#taken.set(route, (this.#taken.get(route) ?? 0) + 1);
    return true;
  }
}

/** What a signature beyond the limit becomes: only its route and ending still count. */
function otherSignature<T extends SignatureRow>(finding: T): T {
  const { route, ending } = finding;
  const places = placesOf([OTHER_PLACES]);
  return { ...finding, id: signatureId(route, ending, 0, 0, places), primaryStatus: 0, shadowStatus: 0, places };
}

function outranks(priority: number, examples: readonly Example[]): boolean {
  return examples.length < EXAMPLES_PER_SIGNATURE || examples.some((kept) => kept.priority < priority);
}

function evidenceKey({ route, path, kind }: Evidence): string {
  return JSON.stringify([route, path, kind]);
}
