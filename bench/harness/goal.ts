import { formatSpread, type Spread } from './spread.ts';

/** A figure that the project has set itself; `value` is absent where it could not be measured here. */
export interface Goal {
  readonly what: string;
  readonly value: number | Spread | undefined;
  readonly atMost: number;
  readonly unit: string;
}

export function formatGoal({ what, value, atMost, unit }: Goal): string {
  const digits = atMost < 10 ? 2 : 0;
  const limit = `goal: at most ${atMost.toFixed(digits)}${unit}`;
  if (value === undefined) return `${what}: not measured (${limit})`;
  const [middle, measured] =
    typeof value === 'number' ? [value, value.toFixed(digits)] : [value.median, formatSpread(value, digits)];
  const miss = Math.ceil((middle / atMost - 1) * 100);
  return `${what}: ${measured}${unit} (${limit}): ${miss <= 0 ? 'reached' : `MISSED by ${miss} %`}`;
}
