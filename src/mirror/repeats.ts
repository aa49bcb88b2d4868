import { REPEAT_PURPOSES, type RepeatPurpose, type RepeatReading } from '../metrics/readings.ts';
import type { Destination } from './destination.ts';
import type { RepeatBudget } from './repeat-budget.ts';

/** Decides which requests of one service may be repeated to its primary, and counts them. */
export class Repeats {
  readonly #budget: RepeatBudget;
  #counts = noCounts();

  constructor(budget: RepeatBudget) {
    this.#budget = budget;
  }

  /** Whether a request may be sent now. After true, call `end` when it has ended. */
  begin(purpose: RepeatPurpose, primary: Destination): boolean {
    const result = primary.refuses() ? 'breaker_open' : this.#budget.take() ? 'sent' : 'over_budget';
    this.#counts[purpose][result]++;
    return result === 'sent';
  }

  end(): void {
    this.#budget.giveBack();
  }

  /** The counts since the last call. */
  take(service: string): RepeatReading[] {
    const counts = this.#counts;
    this.#counts = noCounts();
    return REPEAT_PURPOSES.map((purpose) => ({ service, purpose, ...counts[purpose] }));
  }
}

function noCounts() {
  return {
    calibrate: { sent: 0, over_budget: 0, breaker_open: 0 },
    confirm: { sent: 0, over_budget: 0, breaker_open: 0 },
  };
}
