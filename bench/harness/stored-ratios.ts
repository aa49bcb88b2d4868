/** Ratios by scenario and by what they are; less is better. */
export type Ratios = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** So much worse is a change; less may be the machine. */
const TOLERANCE = 0.15;

export interface Judged {
  readonly line: string;
  readonly result: 'kept' | 'worse' | 'unknown';
}

/** Each stored ratio beside the one measured now, and what was measured but is not stored. */
export function judgeRatios(stored: Ratios, measured: Ratios): Judged[] {
  return [...new Set([...Object.keys(stored), ...Object.keys(measured)])].flatMap((scenario) => {
    const [before, now] = [stored[scenario] ?? {}, measured[scenario] ?? {}];
    return [...new Set([...Object.keys(before), ...Object.keys(now)])].map((what) =>
      judge(`${scenario}: ${what}`, before[what], now[what]),
    );
  });
}

function judge(name: string, before: number | undefined, now: number | undefined): Judged {
  if (now === undefined)
    return { line: `${name}: not measured here (stored: ${before!.toFixed(2)})`, result: 'unknown' };
  if (before === undefined) return { line: `${name}: ${now.toFixed(2)}, none is stored`, result: 'unknown' };
  const change = now / before - 1;
  const words = `${name}: ${now.toFixed(2)}, stored ${before.toFixed(2)} (${change < 0 ? '' : '+'}${Math.round(change * 100)} %)`;
  return change > TOLERANCE ? { line: `${words}: WORSE`, result: 'worse' } : { line: words, result: 'kept' };
}
