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
  for (const { path, isOverview = false } of calls(await exampleOf(api))) {
    const times: number[] = [];
    for (let round = 0; round < rounds; round++) times.push(await timed(api + path));
    found.push({ path, times: spread(times), isOverview });
  }
  return found;
}

/** The id of an exchange that is kept as an example. */
async function exampleOf(api: string): Promise<string> {
  const response = await fetch(`${api}causes/${SIGNATURE}`);
  const { examples } = (await response.json()) as { readonly examples: readonly { readonly id: string }[] };
  return examples[0]!.id;
}

/** What pages ask. */
function calls(example: string): readonly { readonly path: string; readonly isOverview?: true }[] {
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
    { path: `causes/${SIGNATURE}/proposal` },
    { path: `exchanges/${example}/explanation` },
    { path: 'noise' },
    { path: 'noise?route=route-3' },
    { path: 'routes?route=route-3' },
    { path: 'causes?route=route-3&limit=20' },
    { path: 'rules?route=route-3' },
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
