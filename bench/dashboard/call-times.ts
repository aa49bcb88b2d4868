import { type Spread, spread } from '../harness/spread.ts';
import { SIGNATURE } from './fixture.ts';

const DAY = 24 * 3_600_000;

export interface CallTimes {
  readonly path: string;
  /** Milliseconds. */
  readonly times: Spread;
  readonly isOverview: boolean;
}

/** Asks each call of the API so many times, one after another. @param api the URL that paths are below */
export async function callTimes(api: string, rounds: number): Promise<readonly CallTimes[]> {
  const found: CallTimes[] = [];
  for (const { path, isOverview = false } of calls()) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push(await timed(api + path));
    found.push({ path, times: spread(times), isOverview });
  }
  return found;
}

/** What pages ask. */
function calls(): readonly { readonly path: string; readonly isOverview?: true }[] {
  const [day, week] = [Date.now() - DAY, Date.now() - 7 * DAY];
  return [
    { path: 'summary', isOverview: true },
    { path: 'verdict', isOverview: true },
    { path: `timeline?from=${day}`, isOverview: true },
    { path: 'causes?state=open&limit=10', isOverview: true },
    { path: 'causes?state=open&novelty=new&limit=10', isOverview: true },
    { path: 'rehearsals', isOverview: true },
    { path: `summary?from=${week}` },
    { path: `timeline?from=${week}&points=168` },
    { path: `timeline?from=${day}&route=route-3` },
    { path: 'causes?sort=count&text=field1&offset=100' },
    { path: `causes/${SIGNATURE}` },
    { path: 'routes?sort=rate&limit=50' },
    { path: `routes?from=${week}&limit=50` },
    { path: 'latency' },
    { path: 'latency/route-3' },
    { path: 'signatures?limit=100' },
    { path: 'health' },
    { path: 'rules' },
  ];
}

async function timed(url: string): Promise<number> {
  const before = performance.now();
  const response = await fetch(url);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return performance.now() - before;
}
