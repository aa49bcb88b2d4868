/** Where a rollout is, what is to be done, and the commands. */
import { lasting } from '../../../../lib/figures.ts';
import { printable } from '../../../../lib/printable.ts';
import { formatShare } from '../../../../lib/share.ts';
import type { RolloutStatus, StepStatus } from '../../../../results/rollout-status.ts';
import { changeInWords } from '../../../../rollout/lifecycle.ts';
import { Badge } from '../../components/badge.tsx';
import { Reasons } from '../../components/reasons.tsx';
import { Stat } from '../../components/stat.tsx';
import { Time } from '../../components/time.tsx';
import { link } from '../../shell/location.ts';
import { useHasSeveral, useSeveral } from '../../shell/scope.ts';
import { Commands } from './commands.tsx';
import { ANSWERS, advanceInWords, holdInWords, PHASES, type StepMark, servedInWords, stepMarks } from './words.ts';

export function RolloutSummary({ of }: { readonly of: RolloutStatus }) {
  const several = useSeveral();
  const isOneOfSeveral = useHasSeveral() && !several;
  const { service, phase, candidate, decidedBy, unwritten } = of;
  const { tone, says } = PHASES[phase];
  return (
    <section class="panel first rollout" aria-label={several ? `Rollout of ${service}` : 'State'}>
      <h2>
        <Badge tone={tone}>{says}</Badge> {several && <a href={link(['rollout'], { service })}>{printable(service)}</a>}
        {isOneOfSeveral && printable(service)}
        <span class="faint">candidate {printable(candidate)}</span>
      </h2>
      <p>{servedInWords(of)}</p>
      {of.advice !== undefined && <p>What next: {printable(of.advice)}.</p>}
      {decidedBy === 'steps' && <Steps marks={stepMarks(of)} />}
      <dl class="stats">
        {of.step && <StepStats of={of} step={of.step} />}
        {of.next !== undefined && (
          <Stat name={phase === 'shadow' ? 'First step' : 'Next step'} value={formatShare(of.next)}>
            {of.asking === undefined ? advanceInWords(of) : 'a webhook is being asked whether it may begin'}
          </Stat>
        )}
        {of.last && (
          <Stat name="Last change" value={printable(changeInWords(of.last))}>
            <Time at={of.last.at} />
          </Stat>
        )}
      </dl>
      {of.step && <Reasons items={of.step.reasons.map((reason) => printable(reason))} />}
      {phase === 'rolled_back' && of.last && <Reasons items={[printable(of.last.reason)]} />}
      {unwritten > 0 && (
        <p class="notice">
          The last change took effect, but is not in the store yet: a crash now would forget it. It is written as soon
          as the store takes it.
        </p>
      )}
      <Commands of={of} />
    </section>
  );
}

/** The way to everybody, with the present step marked by shape as well as by colour. */
function Steps({ marks }: { readonly marks: readonly StepMark[] }) {
  return (
    <ol class="ladder" aria-label="Steps">
      {marks.map(({ share, is }) => (
        <li key={share} class={is} aria-current={is === 'present' ? 'step' : undefined}>
          <span class="ladder-share">{formatShare(share)}</span>
          <span class="ladder-is">{STEP_WORDS[is]}</span>
        </li>
      ))}
    </ol>
  );
}

const STEP_WORDS: Readonly<Record<StepMark['is'], string>> = {
  past: 'done',
  present: 'now',
  next: 'next',
  later: '',
  left: 'rolled back',
};

function StepStats({ of, step }: { readonly of: RolloutStatus; readonly step: StepStatus }) {
  const { elapsed, answer, remaining } = step;
  return (
    <>
      <Stat name="This step" value={lasting(elapsed)}>
        {of.phase === 'full' || of.decidedBy === 'file' ? '' : holdInWords(of)}
      </Stat>
      <Stat
        name="What is to be done"
        value={answer === undefined ? '…' : <Badge tone={ANSWERS[answer].tone}>{ANSWERS[answer].says}</Badge>}
      >
        {remaining !== undefined && `about ${lasting(remaining)} more at the present traffic`}
      </Stat>
    </>
  );
}
