/** The demo's own messages. */
import { count } from '../../lib/figures.ts';
import { formatShare } from '../../lib/share.ts';
import type { RouteVerdictSettings } from '../../model/verdict-settings.ts';
import type { Verdict } from '../../results/verdict.ts';
import { exitOf } from '../exit.ts';
import type { Io } from '../io.ts';
import type { LoadProgress } from './load.ts';
import type { EditionName } from './service.ts';
import type { VerdictWatch } from './verdict-watch.ts';

const SHADOWS: Readonly<Record<EditionName, string>> = {
  first: 'the first edition as well: it should pass',
  second: 'the second edition, which rehearses, with seven mistakes',
};

export interface Stage {
  readonly clients: string;
  readonly admin: string;
  /** Of the shadow. */
  readonly edition: EditionName;
  readonly targets: { readonly primary: string; readonly shadow: string; readonly control: string };
  readonly settings: Pick<RouteVerdictSettings, 'epsilon' | 'minExchanges' | 'floor'>;
}

export function opening({ clients, admin, edition, targets, settings }: Stage): string {
  const { epsilon, minExchanges, floor } = settings;
  return `The box office is open.

  clients    http://${clients}   what the audience asks
  primary    ${targets.primary}   the first edition, which answers it
  shadow     ${targets.shadow}   ${SHADOWS[edition]}
  control    ${targets.control}   the first edition once more, to measure noise
  dashboard  http://${admin}/

The audience leaves when the verdict is known, after about half a minute. That this is enough to pass, the demo owes to
config/demo.yaml, which asks for less than the default: ${count(minExchanges)} exchanges of a route (1,000), at most ${formatShare(epsilon)}
of mismatches (0.1%), and no more than ${floor} ms slower (1).

`;
}

/** One line that is overwritten on a terminal; elsewhere a line at the end. */
export function progressLine(stdout: Io['stdout'], planned: number, watch: VerdictWatch) {
  let last = '';
  const text = ({ sent, failed }: LoadProgress) =>
    `${sent} of ${planned} requests${failed === 0 ? '' : `, ${failed} without an answer`}`;
  return {
    show: (now: LoadProgress) => {
      last = text(now);
      if (stdout.isTTY === true) stdout.write(`\r${last}; the verdict so far: ${watch.answer}\u001b[K`);
    },
    end: () => {
      if (stdout.isTTY === true) stdout.write('\r');
      stdout.write(`${last}${watch.isKnown ? `; the verdict is known: ${watch.answer}` : ''}\n\n`);
    },
  };
}

/** `kept`: the file of the results, unless they are deleted. */
export function nextSteps({ verdict }: Verdict, kept: string | undefined): string {
  const file = kept ?? 'FILE';
  const how =
    kept === undefined
      ? `The results are gone with the demo. With --store FILE they stay, and can be asked again`
      : 'Ask again';
  return `
A pipeline asks understudy gate. Its exit code would be ${exitOf(verdict)}: ${verdict}.
${how}:

  understudy gate --store ${file} --timeout 0s    # all reasons of the verdict, and the exit code
  understudy report --store ${file} --all         # all causes, with rules that would accept them
  understudy rejudge -c FILE --store ${file}      # what the rules of a configuration would accept

In a checkout: npm run gate -- --store ${file} --timeout 0s, and so on.
`;
}
