/** Which results are shown: service, rehearsal and time range, as all pages share them. */

/** As parameters of a question. */
export interface ShownScope {
  readonly service?: string;
  readonly rehearsal?: string;
  /** So many milliseconds up to now. */
  readonly last?: number;
  /** Milliseconds since 1970. */
  readonly from?: number;
  readonly to?: number;
}

const MINUTE = 60_000;

export const RANGES = {
  '15m': { name: 'Last 15 minutes', length: 15 * MINUTE },
  '1h': { name: 'Last hour', length: 60 * MINUTE },
  '6h': { name: 'Last 6 hours', length: 360 * MINUTE },
  '24h': { name: 'Last 24 hours', length: 1440 * MINUTE },
  '7d': { name: 'Last 7 days', length: 7 * 1440 * MINUTE },
} as const;

export type RangeName = keyof typeof RANGES;

/** `all`: the whole rehearsal. */
export type Range = RangeName | 'all' | { readonly from: number; readonly to: number };

export function rangeIn(query: URLSearchParams): Range {
  const [from, to] = [query.get('from'), query.get('to')].map(momentIn);
  if (from !== undefined && to !== undefined && from < to) return { from, to };
  const name = query.get('range') ?? 'all';
  return Object.hasOwn(RANGES, name) ? (name as RangeName) : 'all';
}

export function scopeIn(query: URLSearchParams): ShownScope {
  const [service, rehearsal] = [query.get('service'), query.get('rehearsal')];
  return {
    ...(service && { service }),
    ...(rehearsal && { rehearsal }),
    ...windowOf(rangeIn(query)),
  };
}

function windowOf(range: Range): Pick<ShownScope, 'last' | 'from' | 'to'> {
  if (range === 'all') return {};
  return typeof range === 'object' ? range : { last: RANGES[range].length };
}

function momentIn(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
