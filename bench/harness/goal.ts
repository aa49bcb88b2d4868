/** A figure that the project has set itself; `value` is absent where it could not be measured here. */
export interface Goal {
  readonly what: string;
  readonly value: number | undefined;
  readonly atMost: number;
  readonly unit: string;
}

export function formatGoal({ what, value, atMost, unit }: Goal): string {
  const limit = `goal: at most ${format(atMost)}${unit}`;
  if (value === undefined) return `${what}: not measured (${limit})`;
  const verdict = value <= atMost ? 'reached' : `MISSED by ${Math.ceil((value / atMost - 1) * 100)} %`;
  return `${what}: ${format(value)}${unit} (${limit}): ${verdict}`;
}

function format(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toFixed(2);
}
