import { count } from '../../../../lib/figures.ts';
import { printable } from '../../../../lib/printable.ts';
import type { TargetHealth } from '../../../dependencies.ts';
import { Badge } from '../../components/badge.tsx';
import { type Column, Table } from '../../components/table.tsx';
import type { HealthAnswer } from '../../data/answers.ts';

interface Row extends TargetHealth {
  readonly service: string;
}

export function TargetsPanel({ services }: Pick<HealthAnswer, 'services'>) {
  const rows = services.flatMap(({ service, targets }) => targets.map((target) => ({ ...target, service })));
  const several = services.length > 1;
  const columns = several ? [SERVICE, ...COLUMNS] : COLUMNS;
  return (
    <section class={several ? 'panel whole' : 'panel'}>
      <h2>Targets</h2>
      <Table name="Targets" columns={columns} rows={rows} keyOf={(row) => `${row.service} ${nameOf(row)}`} />
    </section>
  );
}

const nameOf = ({ role, variant }: Row) => (variant === undefined ? role : `${role} ${variant}`);

const SERVICE: Column<Row> = {
  key: 'service',
  title: 'service',
  look: 'name',
  cell: ({ service }) => printable(service),
};

const COLUMNS: readonly Column<Row>[] = [
  { key: 'role', title: 'target', cell: nameOf },
  { key: 'url', title: 'address', look: 'name', cell: ({ url }) => <code>{printable(url)}</code> },
  { key: 'reachable', title: 'reachable', cell: ({ reachable }) => <Reachable reachable={reachable} /> },
  { key: 'breaker', title: 'breaker', cell: ({ breaker }) => breaker && <Breaker state={breaker} /> },
  {
    key: 'inFlight',
    title: 'in flight',
    look: 'number',
    cell: ({ inFlight }) => (inFlight === undefined ? '' : count(inFlight)),
  },
  {
    key: 'outOfOrder',
    title: 'out of order',
    look: 'number minor',
    cell: ({ outOfOrder }) => (outOfOrder === undefined ? '' : count(outOfOrder)),
  },
];

function Reachable({ reachable }: Pick<TargetHealth, 'reachable'>) {
  return <Badge tone={reachable ? 'good' : 'bad'}>{reachable ? 'yes' : 'no'}</Badge>;
}

function Breaker({ state }: { readonly state: NonNullable<TargetHealth['breaker']> }) {
  const tones = { closed: 'good', half_open: 'warn', open: 'bad' } as const;
  return <Badge tone={tones[state]}>{state === 'half_open' ? 'half open' : state}</Badge>;
}
