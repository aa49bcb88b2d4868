import { CopyButton } from '../../components/copy.tsx';
import { Block } from '../../components/recorded.tsx';
import { queryText } from '../../data/api.ts';
import { useOnce } from '../../data/once.ts';
import { useScope } from '../../shell/scope.ts';

interface ProposalAnswer {
  /** YAML; absent if no rule would accept what the examples show. */
  readonly proposal?: string;
}

/** The narrowest rules that would accept what the examples show. A person must add them to the configuration. */
export function Proposal({ id }: { readonly id: string }) {
  const { from: _, to: __, ...scope } = useScope();
  const resource = useOnce<ProposalAnswer>(`causes/${encodeURIComponent(id)}/proposal${queryText({ ...scope })}`);
  const proposal = resource.state === 'ready' ? resource.value.proposal : undefined;
  if (proposal === undefined) return null;
  return (
    <section class="panel" aria-labelledby="proposal">
      <div class="page-head">
        <h2 id="proposal">Rules that would accept it</h2>
        <CopyButton text={proposal}>Copy the rules</CopyButton>
      </div>
      <p class="faint">Tried on the stored examples. None is applied: add it to the configuration if it is right.</p>
      <Block label="Rules as YAML" text={proposal.trimEnd()} />
    </section>
  );
}
