import type { DifferenceKind, Place } from '../model/difference.ts';

/** How much a difference matters to a client, most severe first. Reports sort by it. */
export const SEVERITIES = ['schema', 'status', 'value', 'added', 'order', 'format'] as const;

export type Severity = (typeof SEVERITIES)[number];

const SEVERITY_OF_KIND: Readonly<Record<DifferenceKind, Severity>> = {
  removed: 'schema',
  type: 'schema',
  duplicate_key: 'schema',
  status: 'status',
  value: 'value',
  bytes: 'value',
  header: 'value',
  budget: 'value',
  added: 'added',
  reordered: 'order',
  moved: 'order',
  encoding: 'format',
  byte_order_mark: 'format',
  charset: 'format',
};

export function severityOf(place: Place): Severity {
  return SEVERITY_OF_KIND[place.kind];
}

/** Sorts the most severe first; equals keep their order. */
export function bySeverity(a: Place, b: Place): number {
  return SEVERITIES.indexOf(severityOf(a)) - SEVERITIES.indexOf(severityOf(b));
}
