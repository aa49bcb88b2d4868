import { fieldsByName } from '../../content/fields.ts';
import type { CapturedResponse, RequestHead } from '../../model/exchange.ts';
import type { PairContext } from '../context.ts';
import { textValue, type Value } from '../value.ts';

/**
 * Which parts of two responses can be compared. A 304 has no body and lacks some fields of a 200, so only the common
 * fields.
 */
export type Comparable = 'all' | 'common_fields';

/** Conditions of requests (RFC 9110, section 13.1), and the status that tells their result. */
const CONDITIONS: readonly { readonly status: number; readonly names: readonly string[] }[] = [
  { status: 304, names: ['if-none-match', 'if-modified-since'] },
  { status: 412, names: ['if-match', 'if-unmodified-since', 'if-none-match'] },
  { status: 206, names: ['if-range'] },
];

/**
 * Compares the statuses. A client's condition refers to an earlier response of the primary. Another version may
 * evaluate it differently without being wrong: this is noted with the status.
 */
export function compareStatus(
  primary: CapturedResponse,
  shadow: CapturedResponse,
  request: RequestHead | undefined,
  { account, rules }: PairContext,
): Comparable {
  if (primary.status === shadow.status) {
    account.explain?.(`status: both ${primary.status}`);
    return 'all';
  }
  const condition = request && conditionOf(request, primary.status, shadow.status);
  account.add({
    path: 'status',
    kind: 'status',
    left: shownStatus(primary.status, condition),
    right: shownStatus(shadow.status, condition),
    covering: rules.filter(({ rule }) => rule.does.kind === 'status'),
  });
  return condition?.status === 304 ? 'common_fields' : 'all';
}

const OUTCOMES: Readonly<Record<number, string>> = {
  304: "the client's copy is current",
  412: 'the condition does not hold',
  206: 'the rest of the same content',
};

interface Condition {
  readonly status: number;
  /** The name of the request's field. */
  readonly name: string;
}

function conditionOf(request: RequestHead, left: number, right: number): Condition | undefined {
  const fields = fieldsByName(request.fields);
  for (const { status, names } of CONDITIONS) {
    const other = left === status ? right : right === status ? left : undefined;
    if (other === undefined || other < 200 || other > 299) continue;
    const name = names.find((each) => fields.has(each));
    if (name !== undefined) return { status, name };
  }
  return undefined;
}

function shownStatus(status: number, condition: Condition | undefined): Value {
  const value = textValue(String(status));
  if (condition === undefined) return value;
  const { name } = condition;
  const outcome = status === condition.status ? OUTCOMES[condition.status] : 'judged otherwise';
  return { ...value, excerpt: `${status} (${name}, which is from an earlier response of production: ${outcome})` };
}
