import { printable } from '../../../../lib/printable.ts';
import { Badge } from '../../components/badge.tsx';
import type { RolloutAnswer } from '../../data/answers.ts';
import { useResource } from '../../data/resources.ts';
import { link } from '../../shell/location.ts';
import { useScope, useSeveral } from '../../shell/scope.ts';
import { ANSWERS, PHASES, servedInWords } from '../rollout/words.ts';

/** Where each rollout is, as a line that leads to its page. Nothing where no service has one. */
export function RolloutStrip() {
  const { service } = useScope();
  const several = useSeveral();
  const found = useResource<RolloutAnswer>('rollout');
  if (found.state !== 'ready') return null;
  const { rollouts } = found.value;
  const shown = rollouts.filter((each) => service === undefined || each.service === service);
  return (
    <>
      {shown.map((each) => (
        <p key={each.service} class="strip">
          <a href={link(['rollout'], { service: several ? each.service : service, rehearsal: undefined })}>
            Rollout{several && ` of ${printable(each.service)}`}
          </a>
          <Badge tone={PHASES[each.phase].tone}>{PHASES[each.phase].says}</Badge>
          <span>{servedInWords(each)}</span>
          {each.step?.answer && <Badge tone={ANSWERS[each.step.answer].tone}>{ANSWERS[each.step.answer].says}</Badge>}
        </p>
      ))}
    </>
  );
}
