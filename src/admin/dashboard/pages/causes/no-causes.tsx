import { count, plural } from '../../../../lib/figures.ts';
import { groupOutcomes } from '../../../../results/outcome-groups.ts';
import { Empty, Shown } from '../../components/states.tsx';
import type { CausesAnswer, SummaryAnswer } from '../../data/answers.ts';
import { useResource } from '../../data/resources.ts';
import { here, link } from '../../shell/location.ts';
import { useIsRanged, useScope } from '../../shell/scope.ts';
import type { Listing } from '../listing.ts';
import { NothingRecorded, WholeRehearsal } from '../nothing-recorded.tsx';

interface NoCausesProps extends Pick<Listing, 'isFiltered' | 'unfiltered'> {
  /** The one that is asked for, or `all`. */
  readonly state: string;
  readonly states: CausesAnswer['states'];
}

/** Why no cause is listed, and where there are some. */
export function NoCauses({ state, states, isFiltered, unfiltered }: NoCausesProps) {
  const others = states.open + states.expected + states.fixed;
  if (others > 0) {
    return (
      <Empty title={isFiltered ? `Nothing that is ${state} fits these filters.` : `Nothing is ${state}.`}>
        <p>
          <a href={here({ state: 'all', offset: undefined })}>Show {plural(others, 'cause')} in other states</a>
        </p>
      </Empty>
    );
  }
  if (isFiltered) {
    return (
      <Empty title="No cause fits these filters.">
        <p>
          <a href={unfiltered}>Remove the filters</a>
        </p>
      </Empty>
    );
  }
  return <NoDifferences />;
}

/** There may be none because nothing was compared, or nothing was there to compare. */
function NoDifferences() {
  const summary = useResource<SummaryAnswer>('summary', { ...useScope() });
  return (
    <Shown resource={summary}>
      {({ results: { requests, outcomes } }) => {
        const { match, noise, accepted, mismatch } = groupOutcomes(outcomes);
        const compared = match + noise + accepted + mismatch;
        if (requests === 0) return <NothingRecorded />;
        return compared === 0 ? <NothingCompared requests={requests} /> : <NoneFound compared={compared} />;
      }}
    </Shown>
  );
}

function NothingCompared({ requests }: { readonly requests: number }) {
  return (
    <Empty title="Nothing was compared.">
      <p>
        {plural(requests, 'request')} came, and no copy was compared. <a href={link(['health'])}>Health</a> shows why
        they were skipped.
      </p>
    </Empty>
  );
}

function NoneFound({ compared }: { readonly compared: number }) {
  const ranged = useIsRanged();
  return (
    <Empty title={ranged ? 'No differences were found in this time.' : 'No differences were found.'}>
      <p>
        {count(compared)} compared. Whatever differs between the primary and the shadow is listed here, one row for each
        cause.
      </p>
      {ranged && (
        <p>
          <WholeRehearsal />
        </p>
      )}
    </Empty>
  );
}
