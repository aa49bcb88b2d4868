import { count } from '../../../../lib/figures.ts';
import { printable } from '../../../../lib/printable.ts';
import { doubtInWords } from '../../../../results/rule-state.ts';
import { Badge } from '../../components/badge.tsx';
import { Shown } from '../../components/states.tsx';
import { type Column, Table } from '../../components/table.tsx';
import type { RulesAnswer } from '../../data/answers.ts';
import { useResource } from '../../data/resources.ts';
import { useScope } from '../../shell/scope.ts';

type Row = RulesAnswer['rules'][number];

/** Rules that expired or never hit come first: they are clutter, or a mistake. */
export function RulesPanel() {
  const { service, rehearsal } = useScope();
  const rules = useResource<RulesAnswer>('rules', { service, rehearsal });
  return (
    <section class="panel">
      <h2>Rules</h2>
      <Shown resource={rules}>
        {({ rules: rows }) =>
          rows.length === 0 ? (
            <p class="faint">None is configured. The page of a cause proposes rules that would accept it.</p>
          ) : (
            <Table
              name="Rules"
              columns={COLUMNS}
              rows={[
                ...rows.filter(({ state }) => state !== 'in_use'),
                ...rows.filter(({ state }) => state === 'in_use'),
              ]}
              keyOf={({ rule, origin }) => `${origin} ${rule}`}
            />
          )
        }
      </Shown>
    </section>
  );
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'state', title: 'state', cell: (rule) => <State rule={rule} /> },
  { key: 'rule', title: 'rule', look: 'name', cell: ({ rule }) => <code>{printable(rule)}</code> },
  { key: 'hits', title: 'hits', look: 'number', cell: ({ hits }) => count(hits) },
  { key: 'origin', title: 'written in', look: 'minor', cell: ({ origin }) => printable(origin) },
];

function State({ rule }: { readonly rule: Row }) {
  if (rule.state === 'in_use') return <Badge tone="good">in use</Badge>;
  return <Badge tone="warn">{doubtInWords(rule, rule.state)}</Badge>;
}
