import { formatSpread, ratios, spread } from '../harness/spread.ts';
import { loadAtRate, type OpenLoopResult } from '../load/open-loop.ts';
import { OpenPage } from '../load/open-page.ts';
import { DIFFERING_PATH } from '../origin/answer.ts';
import { startOrigin } from '../origin/origin.ts';
import { startUnderstudy } from '../peers/understudy.ts';
import type { Findings, Scenario } from './scenario.ts';
import { siteOf } from './site.ts';

const PAGES = 3;
const WARM_UP_SECONDS = 5;

/** Rounds without a page, and with some, of the same proxy in turn. */
interface Rounds {
  readonly closed: OpenLoopResult[];
  readonly open: OpenLoopResult[];
  /** Answers that the pages got, in each of their rounds. */
  readonly answers: number[];
}

export const openPages: Scenario = {
  name: 'open-pages',
  about: `1 KiB JSON with a timestamp that differs, at a fixed rate, while ${PAGES} pages of the dashboard are open or none is`,
  needs: [],
  run: async (bench) => {
    const origin = await startOrigin(bench.folder);
    const site = siteOf(bench, origin);
    const proxy = await startUnderstudy(site, 'on');
    const load = (seconds: number) => loadAtRate(proxy.port, bench.rate, seconds, DIFFERING_PATH);
    bench.progress('warming up');
    await load(WARM_UP_SECONDS);
    const rounds: Rounds = { closed: [], open: [], answers: [] };
    for (let round = 1; round <= bench.rounds; round += 1) {
      bench.progress(`round ${round} of ${bench.rounds}`);
      rounds.closed.push(await load(bench.seconds));
      const pages = Array.from({ length: PAGES }, () => new OpenPage(proxy.admin));
      rounds.open.push(await load(bench.seconds));
      const answers = await Promise.all(pages.map((page) => page.close()));
      rounds.answers.push(answers.reduce((sum, each) => sum + each, 0));
    }
    await proxy.stop();
    await origin.stop();
    return findings(rounds, bench.rate);
  },
};

function findings({ closed, open, answers }: Rounds, rate: number): Findings {
  const of = (rounds: readonly OpenLoopResult[], figure: 'p50' | 'p99' | 'p999') => rounds.map((each) => each[figure]);
  const row = (name: string, rounds: readonly OpenLoopResult[]) => [
    name,
    ...(['p50', 'p99', 'p999'] as const).map((figure) =>
      formatSpread(spread(of(rounds, figure).map((each) => each / 1e3)), 2),
    ),
    formatSpread(spread(rounds.map(({ failures }) => failures)), 0),
  ];
  return {
    header: ['', 'p50 ms', 'p99 ms', 'p99.9 ms', 'failed'],
    rows: [row('no page', closed), row(`${PAGES} pages`, open)],
    goals: [
      {
        what: "clients' p99 with pages, least of the rounds, beside that without",
        value: ratios([Math.min(...of(open, 'p99'))], [Math.min(...of(closed, 'p99'))]),
        atMost: 1.1,
        unit: '',
      },
    ],
    notes: [`${rate} requests/s; in a round the pages got ${formatSpread(spread(answers), 0)} answers of the API.`],
    figures: { closed, open, answers },
  };
}
