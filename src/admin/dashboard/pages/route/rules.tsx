import { count } from '../../../../lib/figures.ts';
import { doubtInWords } from '../../../../results/rule-state.ts';
import { Badge } from '../../components/badge.tsx';
import { Code, Recorded } from '../../components/recorded.tsx';
import { Shown } from '../../components/states.tsx';
import type { RulesAnswer } from '../../data/answers.ts';
import { useResource } from '../../data/resources.ts';
import { useScope } from '../../shell/scope.ts';

/** The rules that apply to this route, and how often each was of use. */
export function RouteRules({ route }: { readonly route: string }) {
  const { service, rehearsal } = useScope();
  const resource = useResource<RulesAnswer>('rules', { service, rehearsal, route });
  return (
    <Shown resource={resource}>
      {({ rules }) =>
        rules.length === 0 ? null : (
          <section class="panel" aria-labelledby="rules">
            <h2 id="rules">Rules that apply here</h2>
            <ul class="list">
              {rules.map((rule, index) => (
                <li key={index} class="split">
                  <span>
                    <Code text={rule.rule} />{' '}
                    <span class="faint">
                      <Recorded text={rule.origin} />
                    </span>{' '}
                    {rule.state !== 'in_use' && <Badge tone="warn">{doubtInWords(rule, rule.state)}</Badge>}
                  </span>
                  <span class="number">{count(rule.hits)} hits</span>
                </li>
              ))}
            </ul>
          </section>
        )
      }
    </Shown>
  );
}
