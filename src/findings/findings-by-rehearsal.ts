import type { FindingsBatch } from '../model/finding.ts';
import type { Redaction } from '../model/redaction.ts';
import type { RouteRow } from '../model/route.ts';
import type { ExampleBudget } from './example-budget.ts';
import { RedactionTally } from './redaction-tally.ts';
import { Redactor } from './redactor.ts';
import { RehearsalFindings } from './rehearsal-findings.ts';

export interface FindingsOptions {
  readonly redact: ConstructorParameters<typeof Redactor>[0];
  /** The key of the tokens that replace secrets. */
  readonly key: Buffer;
  /** Called for each value that a rule hides. */
  readonly onHidden: (rule: Redaction) => void;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** The budget for the examples of all services. */
  readonly examples: ExampleBudget;
}

/** The findings of one rehearsal. */
export interface FoundBatch {
  /** Its number. */
  readonly rehearsal: number;
  readonly batch: FindingsBatch;
  /** Rows with counts. */
  readonly counted: ReadonlySet<RouteRow>;
}

/** What outlives a rehearsal. */
interface Hiding {
  readonly redactor: Redactor;
  readonly hidden: RedactionTally;
  /** The rehearsal used last: hidden values are counted for it. */
  looked: RehearsalFindings | undefined;
}

/** Runs on a compare thread: the findings of each rehearsal. */
export class FindingsByRehearsal {
  readonly #options: FindingsOptions;
  readonly #services = new Map<string, Hiding>();
  /** By the rehearsal's number, since the last call. */
  #found = new Map<number, RehearsalFindings>();

  constructor(options: FindingsOptions) {
    this.#options = options;
  }

  /** `rehearsal`: the number of a rehearsal of this service. */
  of(service: string, rehearsal: number): RehearsalFindings {
    const hiding = this.#hidingOf(service);
    let of = this.#found.get(rehearsal);
    if (of === undefined) {
      of = new RehearsalFindings(hiding.redactor, this.#options.random, this.#options.examples);
      this.#found.set(rehearsal, of);
    }
    if (hiding.looked !== of) addHidden(hiding);
    hiding.looked = of;
    return of;
  }

  /** What was collected since the last call, and how many examples were dropped because too many waited. */
  take(): { readonly batches: readonly FoundBatch[]; readonly droppedExamples: number } {
    for (const hiding of this.#services.values()) {
      addHidden(hiding);
      hiding.looked = undefined;
    }
    const found = this.#found;
    this.#found = new Map();
    const batches = [...found].flatMap(([rehearsal, of]) => {
      const batch = of.take();
      return batch === undefined ? [] : [{ rehearsal, batch, counted: of.counted }];
    });
    const droppedExamples = [...found.values()].reduce((sum, of) => sum + of.findings.takeDroppedExamples(), 0);
    return { batches, droppedExamples };
  }

  #hidingOf(service: string): Hiding {
    const known = this.#services.get(service);
    if (known !== undefined) return known;
    const { redact, key, onHidden } = this.#options;
    const hidden = new RedactionTally();
    const redactor = new Redactor(redact, key, (rule, name) => {
      onHidden(rule);
      hidden.add(rule, name);
    });
    const hiding: Hiding = { redactor, hidden, looked: undefined };
    this.#services.set(service, hiding);
    return hiding;
  }
}

function addHidden({ hidden, looked }: Hiding): void {
  if (looked === undefined) return;
  for (const use of hidden.take()) looked.findings.addRedaction(use);
}
