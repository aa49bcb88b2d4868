import { useState } from 'preact/hooks';
import { plural } from '../../../../lib/figures.ts';
import { Code, Recorded } from '../../components/recorded.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import type { ExplanationAnswer } from '../../data/answers.ts';
import { useOnce } from '../../data/once.ts';

/** Compares the example again, under the present rules, when somebody asks for it. */
export function Steps({ id }: { readonly id: string }) {
  const [opened, open] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => currentTarget.open && open(true)}>
      <summary>Explain: compare it again under the present rules, step by step</summary>
      {opened && <Explained id={id} />}
    </details>
  );
}

function Explained({ id }: { readonly id: string }) {
  const resource = useOnce<ExplanationAnswer>(`exchanges/${encodeURIComponent(id)}/explanation`);
  if (resource.state === 'loading') return <Loading />;
  if (resource.state === 'failed') return <Failure problem={resource.problem} />;
  const { rules, steps, furtherSteps, outcome, route, differences, accepted, untried } = resource.value;
  return (
    <div class="explained">
      <p>
        Now it is <strong>{outcome === 'untried' ? 'not to be told from the record' : outcome}</strong>:{' '}
        {plural(differences.length, 'difference')} that no rule accepts, {accepted.length} accepted. Noise that is known
        from other exchanges is not taken out.
      </p>
      {untried.map(({ path, kind, why }) => (
        <p key={`${kind} ${path}`} class="faint">
          {kind} at <Code text={path} /> can’t be tried: {WHY[why]}
        </p>
      ))}
      <h3>
        Rules of <Recorded text={route} />
      </h3>
      {rules.length === 0 && <p class="faint">None.</p>}
      <ul class="list">
        {rules.map(({ rule, origin, state }, index) => (
          <li key={index}>
            <span class={`use ${state}`}>{state.replace('_', ' ')}</span> <Code text={rule} />{' '}
            <span class="faint">
              <Recorded text={origin} />
            </span>
          </li>
        ))}
      </ul>
      <h3>Steps</h3>
      <ol class="steps">
        {steps.map((step, index) => (
          <li key={index}>
            <Recorded text={step} />
          </li>
        ))}
      </ol>
      {furtherSteps > 0 && <p class="faint">and {plural(furtherSteps, 'more step')}</p>}
    </div>
  );
}

const WHY = {
  redacted: 'its value was redacted',
  cut: 'the body was recorded in part',
  withheld: 'the body was not recorded',
} as const;
