/** What one copy may cost a mirror thread before it is sent, and after: bounded by its length, whatever its fields are made of. */
import { describe, expect, test } from 'vitest';
import type { Target } from '../../../src/config/target-types.ts';
import { copyHead } from '../../../src/mirror/copy-request.ts';
import { sameFields } from '../../../src/mirror/equality.ts';
import type { ForwardedRequest } from '../../../src/model/exchange.ts';
import { requestText } from '../../../src/wire/http1/request-text.ts';
import { edgeConfig } from '../../support/edge.ts';
import { outgoing } from '../../support/wire.ts';
import { countWork } from '../../support/work.ts';

/** More than `headerBytes` and `headerCount` allow by default. */
const BYTES = 60_000;
const COUNT = 512;

const LISTS = {
  'fields without a value': Array.from({ length: COUNT }, () => ['A', '']).flat(),
  'fields of one name': Array.from({ length: COUNT }, () => ['Cookie', 'a=b; '.repeat(20)]).flat(),
  'fields that are left out': Array.from({ length: COUNT }, () => ['Expect', '100-continue']).flat(),
  'trace parents': Array.from({ length: COUNT }, () => [
    'Traceparent',
    `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  ]).flat(),
  'a long value': ['Connection', 'a,'.repeat(BYTES / 2)],
  'a long name': ['a'.repeat(BYTES), ''],
  'colons and line ends': ['X', ': \r\n'.repeat(BYTES / 4)],
};
const lists = Object.entries(LISTS);

const { services, mirror } = edgeConfig(1);
const { primary } = services[0]!;
const changed: Target = { ...primary, headers: { set: { 'x-env': 'next' }, remove: ['cookie', 'a'] } };
const unchanged: Target = { ...primary, headers: { set: {}, remove: [] } };

describe.each([
  ['as it is', unchanged],
  ['with changes', changed],
])('the copy for a target, %s', (_how, target) => {
  test.each(lists)('of a request with %s costs a few looks at each field', (_what, fields) => {
    const copy = copyHead(target, mirror.headers, 'marker');
    const forwarded = { ...outgoing({ fields: ['Host', 'a', ...fields] }) } as unknown as ForwardedRequest;
    const length = fields.join('').length;
    const { calls, length: seen } = countWork(() => requestText(copy(forwarded)));
    expect(calls).toBeLessThan(8 * fields.length + 100);
    expect(seen).toBeLessThan(8 * length + 10_000);
  });
});

test.each(lists)('the first comparison of responses with %s costs a few looks at each field', (_what, fields) => {
  const differing = [...fields.slice(0, -1), `${fields.at(-1)}x`];
  for (const ignored of [new Set<string>(), new Set(fields.map((field) => field.toLowerCase()))]) {
    const { calls, length } = countWork(() => {
      sameFields(fields, [...fields], ignored);
      sameFields(fields, differing, ignored);
    });
    expect(calls).toBeLessThan(4 * fields.length + 10);
    expect(length).toBeLessThan(8 * fields.join('').length + 10);
  }
});
