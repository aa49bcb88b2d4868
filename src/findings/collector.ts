import type { Comparison } from '../compare/comparison.ts';
import { placesOf, signatureId, signaturePlaces } from '../compare/signature.ts';
import { type Difference, OTHER_PLACES, type Place } from '../model/difference.ts';
import type { CapturedExchange, CapturedLeg } from '../model/exchange.ts';
import type {
  Evidence,
  Example,
  FindingsBatch,
  LearnedPlace,
  RedactionUse,
  RuleUse,
  SignatureFinding,
  SignatureRow,
} from '../model/finding.ts';
import type { Ending } from '../model/outcome.ts';
import { ExampleBudget } from './example-budget.ts';
import { FindingsGathering } from './gathering.ts';
import type { Account, KnownBodies, Redactor } from './redactor.ts';

/** How many places of a signature are named. Its identity is made of all of them. */
const NAMED_PLACES = 100;

/** Further facts about an exchange. */
export interface Beside {
  /** The shadow's differences that noise explains. */
  readonly noise?: readonly Difference[];
  /** What is known of a place that is noisy. */
  readonly learnedAt?: (place: Place) => LearnedPlace | undefined;
  /** The control's comparison, if the control gave a response. */
  readonly control?: ControlFindings | undefined;
  /** What the configuration says about its bodies. */
  readonly bodies?: KnownBodies;
}

/** What the control shows about an exchange. */
export interface ControlFindings {
  /** The primary compared with the control. */
  readonly comparison: Comparison;
  /** The control's differences at noisy places that look unlike production. */
  readonly odd: readonly Difference[];
}

/** Runs on a compare thread: collects what the exchanges of one flush interval have shown. */
export class FindingsCollector {
  readonly #redactor: Redactor;
  readonly #random: () => number;
  readonly #gathering: FindingsGathering;
  #droppedBefore = 0;

  /**
   * @param random uniform in [0, 1): chooses the exchanges that become examples.
   * @param examples bytes of examples, at most, in one flush interval.
   */
  constructor(redactor: Redactor, random: () => number, examples = new ExampleBudget(16 * 1024 * 1024)) {
    this.#gathering = new FindingsGathering({ perRoute: 500, inAll: 5_000, examples });
    this.#redactor = redactor;
    this.#random = random;
  }

  /**
   * Counts an exchange, returns its signature, and keeps it as an example if it is chosen. Noise is not part of a
   * mismatch.
   *
   * @param compared the primary compared with the shadow; `NOTHING_COMPARED` if a leg gave no response.
   */
  add(
    route: string,
    ending: Ending,
    exchange: CapturedExchange,
    compared: Comparison,
    { noise = [], learnedAt, control, bodies }: Beside = {},
  ): SignatureRow {
    const explained = new Set(noise);
    const beside = ending === 'mismatch' ? noise : [];
    const comparison = this.#redactor.redactPaths({
      ...compared,
      differences:
        ending === 'mismatch' ? compared.differences.filter((each) => !explained.has(each)) : compared.differences,
    });
    const finding = findingOf(route, ending, exchange, comparison);
    const account = {
      ...comparison,
      noise: this.#redactor.redactPaths({ ...compared, differences: beside }).differences,
      ...(learnedAt && { learned: () => this.#learned(compared, learnedAt) }),
    };
    this.#gathering.addSignature({ ...finding, examples: this.#examples(finding, exchange, account, bodies) });
    if (control !== undefined) this.#addEvidence(route, compared, control, explained);
    return finding;
  }

  /** Of the places where an exchange differs. */
  #learned(compared: Comparison, learnedAt: NonNullable<Beside['learnedAt']>): readonly LearnedPlace[] {
    const known = placesOf(compared.differences).flatMap((place) => learnedAt(place) ?? []);
    return this.#redactor.redactPaths({ ...compared, differences: known, accepted: [] }).differences as LearnedPlace[];
  }

  #addEvidence(
    route: string,
    compared: Comparison,
    control: ControlFindings,
    explained: ReadonlySet<Difference>,
  ): void {
    const ofShadow = this.#places(compared, (difference) => !explained.has(difference));
    const ofControl = this.#places(control.comparison, (difference) => control.odd.includes(difference));
    for (const evidence of evidenceOf(route, ofShadow, ofControl)) this.#gathering.addEvidence(evidence);
  }

  /** Counts an exchange that has no differences and needs no example. */
  count(route: string, ending: Ending, exchange: CapturedExchange): void {
    this.#gathering.addSignature({ ...findingOf(route, ending, exchange, NOTHING_COMPARED), examples: [] });
  }

  /** Where a leg differs from the primary, by key. */
  #places(compared: Comparison, isBad: (difference: Difference) => boolean): ReadonlyMap<string, Differing> {
    const places = new Map<string, Differing>();
    this.#redactor.redactPaths(compared).differences.forEach(({ path, kind }, at) => {
      const key = JSON.stringify([path, kind]);
      const bad = isBad(compared.differences[at]!) || places.get(key)?.bad === true;
      places.set(key, { path, kind, bad });
    });
    return places;
  }

  /** Takes an example of something that is counted elsewhere (see `settledFinding`). */
  addExample(route: string, ending: Ending, exchange: CapturedExchange, bodies?: KnownBodies): void {
    const finding = { ...findingOf(route, ending, exchange, NOTHING_COMPARED), count: 0 };
    this.#gathering.addSignature({ ...finding, examples: this.#examples(finding, exchange, NOTHING_COMPARED, bodies) });
  }

  /** Adds the result of a repeated request to its signature. */
  addRepeat(finding: SignatureFinding): void {
    this.#gathering.addSignature(finding);
  }

  addRule(use: RuleUse): void {
    this.#gathering.addRule(use);
  }

  addRedaction(use: RedactionUse): void {
    this.#gathering.addRedaction(use);
  }

  /** What was collected since the last call. */
  take(): FindingsBatch {
    return this.#gathering.take();
  }

  /** How many examples were dropped since the last call, because too many waited. */
  takeDroppedExamples(): number {
    const { droppedExamples } = this.#gathering;
    const dropped = droppedExamples - this.#droppedBefore;
    this.#droppedBefore = droppedExamples;
    return dropped;
  }

  #examples(
    finding: SignatureRow,
    exchange: CapturedExchange,
    comparison: Account['comparison'],
    bodies: KnownBodies | undefined,
  ): Example[] {
    const { route, ending } = finding;
    const priority = this.#random();
    if (!this.#gathering.wants(finding, priority)) return [];
    const account = { route, ending, comparison, ...(bodies && { bodies }) };
    return [{ priority, exchange: this.#redactor.redactExchange(exchange, account) }];
  }
}

/**
 * The finding of an exchange that was settled without a comparison. It has counts only; its examples come from a
 * collector.
 */
export function settledFinding(
  route: string,
  {
    ending,
    primaryStatus,
    ...counted
  }: Pick<SignatureFinding, 'ending' | 'primaryStatus' | 'count' | 'firstSeen' | 'lastSeen'>,
): SignatureFinding {
  const shadowStatus = ending === 'match' ? primaryStatus : 0;
  const id = signatureId(route, ending, primaryStatus, shadowStatus, []);
  return { id, route, ending, primaryStatus, shadowStatus, places: [], ...counted, examples: [] };
}

export const NOTHING_COMPARED: Comparison = {
  differences: [],
  accepted: [],
  sides: new Map(),
  omitted: 0,
  applied: [],
};

/** The finding of one exchange. */
function findingOf(route: string, ending: Ending, exchange: CapturedExchange, comparison: Comparison): SignatureRow {
  const places = ending === 'accepted' ? placesOf(comparison.accepted) : signaturePlaces(comparison);
  const primaryStatus = statusOf(exchange.primary);
  const shadowStatus = statusOf(exchange.shadow);
  return {
    id: signatureId(route, ending, primaryStatus, shadowStatus, places),
    route,
    ending,
    primaryStatus,
    shadowStatus,
    places: places.length <= NAMED_PLACES ? places : [...places.slice(0, NAMED_PLACES - 1), OTHER_PLACES],
    count: 1,
    firstSeen: exchange.receivedAt,
    lastSeen: exchange.receivedAt,
  };
}

function statusOf(leg: CapturedLeg): number {
  return 'failure' in leg ? 0 : leg.response.status;
}

/** A place where a leg differs from the primary. `bad`: noise does not explain the difference. */
interface Differing extends Place {
  readonly bad: boolean;
}

/**
 * Evidence needs a control: without one, nobody knows what it would have shown. If both differ, as they do at a noisy
 * place, one counts as differing alone if only it shows a value that production does not.
 */
function* evidenceOf(
  route: string,
  ofShadow: ReadonlyMap<string, Differing>,
  ofControl: ReadonlyMap<string, Differing>,
): Generator<Evidence> {
  for (const [key, { path, kind }] of new Map([...ofShadow, ...ofControl])) {
    const [shadow, control] = [ofShadow.get(key), ofControl.get(key)];
    const alike = shadow !== undefined && control !== undefined && shadow.bad === control.bad;
    const isShadows = control === undefined || shadow?.bad === true;
    yield {
      route,
      path,
      kind,
      shadowOnly: Number(!alike && isShadows),
      controlOnly: Number(!alike && !isShadows),
      both: Number(alike),
    };
  }
}
