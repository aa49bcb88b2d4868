import { count } from '../../../../lib/figures.ts';
import { printable } from '../../../../lib/printable.ts';
import { groupOutcomes } from '../../../../results/outcome-groups.ts';
import type { ServiceResults } from '../../../../results/services.ts';
import { type Column, Table } from '../../components/table.tsx';
import { link } from '../../shell/location.ts';

/** Where there are several services: what each received, and what became of it. */
export function ServiceTable({ services }: { readonly services: readonly ServiceResults[] }) {
  return (
    <section class="panel">
      <h2>Services</h2>
      <Table name="Services" columns={COLUMNS} rows={services} keyOf={({ service }) => service} />
    </section>
  );
}

const STATES: Readonly<Record<ServiceResults['state'], string>> = {
  mirrored: '',
  not_mirrored: 'not mirrored',
  gone: 'no longer configured',
};

const COLUMNS: readonly Column<ServiceResults>[] = [
  {
    key: 'service',
    title: 'service',
    look: 'name',
    cell: ({ service, state }) => (
      <>
        <a href={link([], { service, rehearsal: undefined })}>{printable(service)}</a>{' '}
        <span class="faint">{STATES[state]}</span>
      </>
    ),
  },
  { key: 'requests', title: 'requests', look: 'number', cell: ({ requests }) => count(requests) },
  ...(['match', 'noise', 'accepted', 'mismatch', 'failed', 'skipped'] as const).map(
    (group): Column<ServiceResults> => ({
      key: group,
      title: group,
      look: group === 'mismatch' ? 'number' : 'number minor',
      cell: ({ outcomes }) => count(groupOutcomes(outcomes)[group]),
    }),
  ),
];
