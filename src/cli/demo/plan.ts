import { orders, performances, plays, venues } from './catalogue.ts';
import { pick, seededRandom } from './random.ts';

export interface PlannedRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Visit {
  readonly method: PlannedRequest['method'];
  path(random: () => number): string;
}

const anyPerformance = (random: () => number) => `/performances/${pick(performances, random).id}`;
const upTo = (most: number, random: () => number) => 1 + Math.floor(random() * most);

/** What clients do at a box office, with weights. */
const VISITS: readonly Visit[] = [
  often(6, () => '/'),
  often(18, (random) => `/plays?page=${upTo(5, random)}`),
  often(18, (random) => `/plays/${upTo(plays.length + 2, random)}`),
  often(10, (random) => `/plays/${pick(plays, random).id}/performances`),
  often(12, anyPerformance),
  often(12, (random) => `${anyPerformance(random)}/seats`),
  often(12, (random) => `${anyPerformance(random)}/quote?tickets=${upTo(8, random)}`),
  often(6, (random) => `/venues/${pick(venues, random).name}`),
  often(6, (random) => `/orders/${pick(orders, random).id}`),
  often(6, () => '/now-playing'),
  often(2, () => '/orders', 'POST'),
].flat();

function often(weight: number, path: Visit['path'], method: Visit['method'] = 'GET'): Visit[] {
  return Array.from({ length: weight }, () => ({ method, path }));
}

const USER_AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
  'BoxOfficeApp/4.12.0 (Android 16)',
];

/** The same requests in the same order for the same seed. */
export function planRequests(count: number, seed: number): PlannedRequest[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => {
    const { method, path } = pick(VISITS, random);
    const headers = { 'user-agent': pick(USER_AGENTS, random), accept: 'application/json, text/html;q=0.9' };
    return { method, path: path(random), headers };
  });
}
