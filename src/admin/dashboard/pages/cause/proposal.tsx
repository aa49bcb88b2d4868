import type { ProposedRule, RuleProposal, TriedExample } from '../../../../compare/proposals/propose.ts';
import { plural } from '../../../../lib/figures.ts';
import type { StoredExchange } from '../../../../model/store-reader.ts';
import type { CauseProposal } from '../../../../results/proposal.ts';
import { CopyButton } from '../../components/copy.tsx';
import { Block, Code, Recorded } from '../../components/recorded.tsx';
import { Failure } from '../../components/states.tsx';
import type { CauseAnswer } from '../../data/answers.ts';
import { useOnce } from '../../data/once.ts';
import { queryText } from '../../data/query.ts';
import { here } from '../../shell/location.ts';
import { useScope } from '../../shell/scope.ts';

interface ProposalProps {
  readonly cause: CauseAnswer;
  /** Those that the page shows. */
  readonly examples: readonly StoredExchange[];
}

/** The narrowest rules that would accept what the examples show. A person must add them to the configuration. */
export function Proposal({ cause, examples }: ProposalProps) {
  const { rehearsal } = useScope();
  const path = `causes/${encodeURIComponent(cause.id)}/proposal`;
  const resource = useOnce<CauseProposal>(path + queryText({ rehearsal, service: cause.service }));
  if (resource.state === 'failed') return <Failure problem={resource.problem} />;
  if (resource.state === 'loading' || resource.value.proposal === undefined) return null;
  const { proposal, rules = [], examples: tried } = resource.value;
  const numbered = tried.map((id) => ({ id, number: examples.findIndex((example) => example.id === id) + 1 }));
  if (!rules.some(isProposed)) return <NoRules rules={rules} />;
  return (
    <section class="panel" aria-labelledby="proposal">
      <div class="page-head">
        <h2 id="proposal">Rules that would accept it</h2>
        <CopyButton text={proposal}>Copy the rules</CopyButton>
      </div>
      <p class="faint">Tried on the stored examples. None is applied: add it to the configuration if it is right.</p>
      <ul class="proposals">
        {rules.map((rule) => (
          <li key={rule.about}>{isProposed(rule) ? <Rule of={rule} all={numbered} /> : <Why of={rule} />}</li>
        ))}
      </ul>
      <details>
        <summary>As YAML, with their place in the configuration</summary>
        <Block label="Rules as YAML" text={proposal.trimEnd()} />
      </details>
    </section>
  );
}

function isProposed(proposal: RuleProposal): proposal is ProposedRule {
  return 'rule' in proposal;
}

function NoRules({ rules }: { readonly rules: readonly RuleProposal[] }) {
  return (
    <section class="panel" aria-labelledby="proposal">
      <h2 id="proposal">No rule is proposed</h2>
      <ul class="proposals">
        {rules.map((rule) => (
          <li key={rule.about}>
            <Why of={rule} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Why({ of }: { readonly of: RuleProposal }) {
  return (
    <p>
      <Recorded text={of.about} />: <span class="faint">{'why' in of && of.why}</span>
    </p>
  );
}

function Rule({ of: { rule, accepts, untried, hides }, all }: { readonly of: ProposedRule } & Numbered) {
  const count = accepts.length + untried.length;
  const accepted =
    accepts.length < count ? `${accepts.length} of ${plural(count, 'example')}` : plural(count, 'example');
  return (
    <>
      <p>
        <Code text={rule} />
      </p>
      {hides !== undefined && <p class="warn">It {hides}.</p>}
      <details>
        <summary>accepts {accepted}</summary>
        <Tried examples={accepts} all={all} />
        {untried.length > 0 && (
          <>
            <p class="faint">Not tried, since their values were redacted or cut:</p>
            <Tried examples={untried} all={all} />
          </>
        )}
      </details>
    </>
  );
}

interface NumberedExample {
  readonly id: string;
  /** On the page; 0 if it is not there any more. */
  readonly number: number;
}

interface Numbered {
  /** The examples on which the rules were tried. */
  readonly all: readonly NumberedExample[];
}

/** Each leads to its example. */
function Tried({ examples, all }: { readonly examples: readonly TriedExample[] } & Numbered) {
  return (
    <ul class="list">
      {examples.map(({ example, shows }) => (
        <li key={example}>
          <ExampleLink {...all[example]!} />{' '}
          <code>
            <Recorded text={shows.join(', ')} />
          </code>
        </li>
      ))}
    </ul>
  );
}

function ExampleLink({ id, number }: NumberedExample) {
  return <a href={here({ example: id })}>{number === 0 ? 'an older example' : `example ${number}`}</a>;
}
