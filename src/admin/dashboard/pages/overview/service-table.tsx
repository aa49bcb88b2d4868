import { count } from '../../../../lib/figures.ts';
import { printable } from '../../../../lib/printable.ts';
import { groupOutcomes } from '../../../../results/outcome-groups.ts';
import type { ServiceResults } from '../../../../results/services.ts';
import type { ServiceVerdict } from '../../../../results/verdict.ts';
import { Badge } from '../../components/badge.tsx';
import { type Column, Table } from '../../components/table.tsx';
import type { VerdictAnswer } from '../../data/answers.ts';
import type { Resource } from '../../data/resources.ts';
import { link } from '../../shell/location.ts';
import { OfAllTimes } from '../of-all-times.tsx';
import { gravestOf, toneOf } from './verdict-facts.ts';

interface Row extends ServiceResults {
  /** Absent: it is not judged, or the verdict is not known yet. */
  readonly judged?: ServiceVerdict | undefined;
}

interface ServiceTableProps {
  readonly services: readonly ServiceResults[];
  readonly verdict: Resource<VerdictAnswer>;
}

/** Where there are several services: the verdict of each with its gravest reason, and what became of its requests. */
export function ServiceTable({ services, verdict }: ServiceTableProps) {
  const judged = verdict.state === 'ready' ? verdict.value.services : [];
  const rows = services.map(
    (each): Row => ({ ...each, judged: judged.find(({ service }) => service === each.service) }),
  );
  return (
    <section class="panel">
      <h2>Services</h2>
      <OfAllTimes what="Verdicts are" />
      <Table name="Services" columns={COLUMNS} rows={rows} keyOf={({ service }) => service} />
    </section>
  );
}

const STATES: Readonly<Record<ServiceResults['state'], string>> = {
  mirrored: 'not judged yet',
  not_mirrored: 'not mirrored',
  gone: 'no longer configured',
};

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'service',
    title: 'service',
    look: 'name',
    cell: ({ service }) => (
      <a href={link([], { service, rehearsal: undefined })} data-row-link>
        {printable(service)}
      </a>
    ),
  },
  {
    key: 'verdict',
    title: 'verdict',
    cell: ({ judged, state }) =>
      judged === undefined ? (
        <span class="faint">{STATES[state]}</span>
      ) : (
        <Badge tone={toneOf(judged.verdict)}>{judged.verdict}</Badge>
      ),
  },
  { key: 'why', title: 'the gravest reason', look: 'name minor', cell: ({ judged }) => judged && gravestOf(judged) },
  { key: 'requests', title: 'requests', look: 'number minor', cell: ({ requests }) => count(requests) },
  ...(['match', 'noise', 'accepted', 'mismatch', 'failed', 'skipped'] as const).map(
    (group): Column<Row> => ({
      key: group,
      title: group,
      look: group === 'mismatch' ? 'number' : 'number minor',
      cell: ({ outcomes }) => count(groupOutcomes(outcomes)[group]),
    }),
  ),
];
