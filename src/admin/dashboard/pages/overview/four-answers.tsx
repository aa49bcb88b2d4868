/**
 * Is the shadow right, is it as fast, what is worst, is the mirror healthy: the answers of the first ten seconds. What
 * is right and what is worst is told of the time that is chosen; pace is judged over a rehearsal; health is of now.
 */
import type { ComponentChildren } from 'preact';
import { count, plural, share } from '../../../../lib/figures.ts';
import { printable } from '../../../../lib/printable.ts';
import { groupOutcomes } from '../../../../results/outcome-groups.ts';
import { unmirroredInWords } from '../../../../results/service-words.ts';
import { Glyph } from '../../components/glyph.tsx';
import type { Tone } from '../../components/tone.ts';
import type { CausesAnswer, ServicesAnswer, SummaryAnswer, VerdictAnswer } from '../../data/answers.ts';
import type { Resource } from '../../data/resources.ts';
import { link, ofService } from '../../shell/location.ts';
import { useIsRanged, useScope } from '../../shell/scope.ts';
import { CauseName, RoutesOf } from '../causes/words.tsx';
import { RouteLink } from '../route-name.tsx';
import { type Breaker, isPresent, type Trouble, troublesOf } from '../troubles.ts';
import { paceOf } from './verdict-facts.ts';

interface Shown {
  readonly summary: SummaryAnswer;
  readonly verdict: Resource<VerdictAnswer>;
  readonly causes: Resource<CausesAnswer>;
  readonly services: Resource<ServicesAnswer>;
}

export function FourAnswers({ summary, verdict, causes, services }: Shown) {
  return (
    <dl class="answers">
      <Right summary={summary} causes={causes} />
      <Fast verdict={verdict} />
      <Worst causes={causes} />
      <Healthy summary={summary} verdict={verdict} services={services} />
    </dl>
  );
}

interface AnswerProps {
  readonly question: string;
  readonly tone: Tone;
  readonly said: ComponentChildren;
  readonly children?: ComponentChildren;
}

function AnswerCell({ question, tone, said, children }: AnswerProps) {
  return (
    <div class="answer">
      <dt>{question}</dt>
      <dd>
        <p class="said">
          <Glyph tone={tone} />
          <span>{said}</span>
        </p>
        {children !== undefined && <p class="faint">{children}</p>}
      </dd>
    </div>
  );
}

function Right({ summary, causes }: Pick<Shown, 'summary' | 'causes'>) {
  const question = 'Is the shadow right?';
  const sums = groupOutcomes(summary.results.outcomes);
  const compared = sums.match + sums.noise + sums.accepted + sums.mismatch;
  if (compared === 0) return <AnswerCell question={question} tone="neutral" said="Nothing was compared" />;
  const states = causes.state === 'ready' ? causes.value.states : undefined;
  const known = sums.mismatch > 0 && states?.open === 0;
  const failed = sums.failed > 0 && `; ${plural(sums.failed, 'copy', 'copies')} without a response`;
  if (sums.mismatch === 0 || known) {
    return (
      <AnswerCell
        question={question}
        tone={failed ? 'warn' : 'good'}
        said={known ? 'All that differs is known' : 'No mismatch so far'}
      >
        {count(compared)} compared{failed}
      </AnswerCell>
    );
  }
  return (
    <AnswerCell question={question} tone="bad" said={`${share(sums.mismatch, compared)} differ`}>
      {count(sums.mismatch)} of {count(compared)} compared
      {states !== undefined && (
        <>
          ; <a href={link(['causes'], { state: 'open' })}>{plural(states.open, 'open cause')}</a>
          {states.expected > 0 && (
            <>
              , <a href={link(['causes'], { state: 'expected' })}>{count(states.expected)} expected</a>
            </>
          )}
        </>
      )}
      {failed}
    </AnswerCell>
  );
}

function Fast({ verdict }: Pick<Shown, 'verdict'>) {
  const question = useIsRanged() ? 'Is it as fast? (whole rehearsal)' : 'Is it as fast?';
  if (verdict.state !== 'ready') return <AnswerCell question={question} tone="neutral" said="…" />;
  const { slow, even, open } = paceOf(verdict.value.services);
  const all = slow.length + even + open;
  const evenly = even > 0 ? [`as fast on ${plural(even, 'route')}`] : [];
  if (slow.length > 0) {
    return (
      <AnswerCell question={question} tone="bad" said={`Slower on ${plural(slow.length, 'route')}`}>
        {slow.slice(0, 2).map((of, index) => (
          <span key={`${of.service} ${of.route}`}>
            {index > 0 && ', '}
            <RouteLink page="latency" {...of} />
          </span>
        ))}
        {slow.length > 2 && ` and ${slow.length - 2} more`}
        {[...evenly, ...(open > 0 ? [`not certain yet on ${plural(open, 'route')}`] : [])].map((each) => `; ${each}`)}
      </AnswerCell>
    );
  }
  if (all === 0) return <AnswerCell question={question} tone="neutral" said="Nothing was measured" />;
  if (open > 0) {
    return (
      <AnswerCell question={question} tone="neutral" said="Not certain yet">
        {[`on ${plural(open, 'route')}`, ...evenly].join('; ')}
      </AnswerCell>
    );
  }
  return (
    <AnswerCell question={question} tone="good" said="As fast">
      within the margin on {all === 1 ? 'its route' : `all ${count(all)} routes`}
    </AnswerCell>
  );
}

function Worst({ causes }: Pick<Shown, 'causes'>) {
  const question = 'What is the worst difference?';
  if (causes.state !== 'ready') return <AnswerCell question={question} tone="neutral" said="…" />;
  const [worst] = causes.value.causes;
  if (worst === undefined) return <AnswerCell question={question} tone="good" said="None is open" />;
  const name = (
    <a href={link(['causes', worst.id], ofService(worst.service))}>
      <CauseName cause={worst} />
    </a>
  );
  return (
    <AnswerCell question={question} tone="bad" said={name}>
      {plural(worst.count, 'time')} on <RoutesOf cause={worst} />
    </AnswerCell>
  );
}

function Healthy({ summary, verdict, services }: Pick<Shown, 'summary' | 'verdict' | 'services'>) {
  const question = useIsRanged() ? 'Is the mirror healthy? (now)' : 'Is the mirror healthy?';
  const losses = verdict.state === 'ready' ? verdict.value.services : [];
  const { service: chosen } = useScope();
  const known = services.state === 'ready' ? services.value.services : [];
  const breakers = known.filter(({ service }) => chosen === undefined || service === chosen).flatMap(breakersOf);
  const troubles = troublesOf({ ...summary, breakers, losses, now: Date.now() });
  const [first, ...others] = [...unmirrored(summary.services), ...troubles.filter(isPresent)];
  if (first === undefined) {
    const past = troubles.length;
    return (
      <AnswerCell question={question} tone="good" said="Yes">
        {share(Math.max(0, ...losses.map(({ shed }) => shed)), 1)} of the copies of this rehearsal lost;{' '}
        {past > 0 && `${plural(past, 'earlier trouble')}; `}
        <a href={link(['health'])}>more</a>
      </AnswerCell>
    );
  }
  return (
    <AnswerCell question={question} tone="bad" said={printable(first.what)}>
      {first.why !== undefined && `${printable(first.why)}. `}
      {others.length > 0 && `And ${plural(others.length, 'other trouble')}. `}
      <a href={link(['health'])}>Health says more</a>
    </AnswerCell>
  );
}

/** Of several services the table tells which are not mirrored. */
function unmirrored([only, ...others]: SummaryAnswer['services']): readonly Trouble[] {
  const what = only === undefined || others.length > 0 ? undefined : unmirroredInWords(only);
  return what === undefined ? [] : [{ what }];
}

function breakersOf({ service, shadow, control }: ServicesAnswer['services'][number]): readonly Breaker[] {
  return [
    ...(shadow ? [{ service, role: 'shadow', state: shadow.breaker } as const] : []),
    ...(control ? [{ service, role: 'control', state: control.breaker } as const] : []),
  ];
}
