import type { FindingsBatch } from '../model/finding.ts';
import type { Redaction } from '../model/redaction.ts';
import { FindingsCollector } from './collector.ts';
import type { ExampleBudget } from './example-budget.ts';
import { RedactionTally } from './redaction-tally.ts';
import { Redactor } from './redactor.ts';

export interface ServiceFindingsOptions {
  readonly redact: ConstructorParameters<typeof Redactor>[0];
  /** Of the tokens that stand for secrets. */
  readonly key: Buffer;
  /** Hears of each value that a rule hides. */
  readonly onHidden: (rule: Redaction) => void;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Of the examples of all services together. */
  readonly examples: ExampleBudget;
}

/** Findings of one service. */
export type ServiceBatch = FindingsBatch & { readonly service: string };

interface Gathered {
  readonly collector: FindingsCollector;
  readonly hidden: RedactionTally;
}

/** On a compare thread: what the exchanges of each service have shown. */
export class ServiceFindings {
  readonly #options: ServiceFindingsOptions;
  readonly #services = new Map<string, Gathered>();

  constructor(options: ServiceFindingsOptions) {
    this.#options = options;
  }

  of(service: string): FindingsCollector {
    return this.#of(service).collector;
  }

  /** What was gathered since the last time; of services without anything, nothing. */
  take(): readonly ServiceBatch[] {
    return [...this.#services].flatMap(([service, { collector, hidden }]) => {
      for (const use of hidden.take()) collector.addRedaction(use);
      const batch = collector.take();
      const { signatures, evidence, rules, redactions } = batch;
      const isEmpty = signatures.length + evidence.length + rules.length + redactions.length === 0;
      return isEmpty ? [] : [{ service, ...batch }];
    });
  }

  /** How many examples were given up since the last time, because too many waited. */
  takeDroppedExamples(): number {
    return [...this.#services.values()].reduce((sum, { collector }) => sum + collector.takeDroppedExamples(), 0);
  }

  #of(service: string): Gathered {
    const known = this.#services.get(service);
    if (known !== undefined) return known;
    const { redact, key, onHidden, random, examples } = this.#options;
    const hidden = new RedactionTally();
    const redactor = new Redactor(redact, key, (rule, name) => {
      onHidden(rule);
      hidden.add(rule, name);
    });
    const gathered = { collector: new FindingsCollector(redactor, random, examples), hidden };
    this.#services.set(service, gathered);
    return gathered;
  }
}
