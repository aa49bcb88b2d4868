import { expect, test } from 'vitest';
import { bodyParts } from '../../../../src/results/exchange/bodies.ts';
import { asText } from './as-text.ts';
import { answered, recorded, textBody } from './recorded.ts';

const shown = (...of: Parameters<typeof recorded>) => asText(bodyParts(recorded(...of)));

test('a value that differs is marked with its kind and what the change means', () => {
  const bodies = { primary: '{"a":1,"total":335.83}', shadow: '{"total":335.84,"a":1}' };
  expect(shown(bodies, { differences: [{ path: '$.total', kind: 'value', left: '335.83', right: '335.84' }] })).toEqual(
    ['{ | {', '  a: 1 | 1', '  total: 335.8[3] | 335.8[4] <difference value> +0.01 (0.00298%)', '} | }'],
  );
});

test('long runs of equal members are folded, and what leads to a difference is not', () => {
  const members = Array.from({ length: 20 }, (_, at) => `"m${at}":${at}`).join(',');
  const bodies = (b: number) => `{${members},"deep":{"a":{"b":${b}}},${members.replaceAll('m', 'n')}}`;
  const [primary, shadow] = [bodies(1), bodies(2)];
  expect(shown({ primary, shadow }, { differences: [{ path: '$.deep.a.b', kind: 'value' }] })).toEqual([
    '{ | {',
    '(20 rows)',
    '  deep: { | {',
    '    a: { | {',
    '      b: [1] | [2] <difference value> +1 (100%)',
    '    } | }',
    '  } | }',
    '(20 rows)',
    '} | }',
  ]);
});

test('noise is marked as noise where the control differs as well', () => {
  const bodies = { primary: '{"id":"a1"}', shadow: '{"id":"b2"}', control: '{"id":"c3"}' };
  expect(shown(bodies, { noise: [{ path: '$.id', kind: 'value' }] })[1]).toBe(
    '  id: "[a1]" | "[b2]" | "[c3]" <noise value> (control differs)',
  );
});

test('what a rule accepts names the rule, and what the comparison took for equal is no difference', () => {
  const bodies = { primary: '{"a":1,"b":"http://one/x"}', shadow: '{"a":2,"b":"http://two/x"}' };
  const accepted = [{ path: '$.a', kind: 'value', left: '1', right: '2', rule: '{path: $.a, ignore: true}' } as const];
  expect(shown(bodies, { accepted }).slice(1, 3)).toEqual([
    '  a: [1] | [2] <accepted value by {path: $.a, ignore: true}> +1 (100%)',
    '  b: "http://[one]/x" | "http://[two]/x" <no_difference value>',
  ]);
});

test('of several values at one place, only those that a rule accepts are shown as accepted', () => {
  const bodies = { primary: '[{"n":1},{"n":10}]', shadow: '[{"n":2},{"n":90}]' };
  const accepted = [{ path: '$[*].n', kind: 'value', left: '1', right: '2', rule: 'within 1' } as const];
  const differences = [{ path: '$[*].n', kind: 'value', left: '10', right: '90' } as const];
  const rows = shown(bodies, { accepted, differences });
  expect(rows.filter((row) => row.includes('n:'))).toEqual([
    '    n: [1] | [2] <accepted value by within 1> +1 (100%)',
    '    n: [1]0 | [9]0 <difference value> +80 (800%)',
  ]);
});

test('elements are matched by their ids, so that a missing one shifts nothing', () => {
  const bodies = {
    primary: '[{"id":1,"v":1},{"id":2,"v":2},{"id":3,"v":3}]',
    shadow: '[{"id":2,"v":2},{"id":3,"v":4}]',
  };
  const differences = [
    { path: '$[*]', kind: 'removed' },
    { path: '$[*].v', kind: 'value' },
  ] as const;
  expect(shown(bodies, { differences })).toEqual([
    '[ | [',
    '  { |  <difference removed>',
    '    id: 1 |  <difference removed>',
    '    v: 1 |  <difference removed>',
    '  } |  <difference removed>',
    '  { | {',
    '    id: 2 | 2',
    '    v: 2 | 2',
    '  } | }',
    '  { | {',
    '    id: 3 | 3',
    '    v: [3] | [4] <difference value> +1 (33.3%)',
    '  } | }',
    '] | ]',
  ]);
});

test('elements in another order are marked where they begin, once', () => {
  const bodies = { primary: '{"l":[{"id":1},{"id":2}]}', shadow: '{"l":[{"id":2},{"id":1}]}' };
  const marked = shown(bodies, { differences: [{ path: '$.l', kind: 'reordered' }] }).filter((row) =>
    row.includes('<'),
  );
  expect(marked).toEqual(['  l: [ | [ <difference reordered>']);
});

test('members of an object whose names are ids are found by the place that stands for all', () => {
  const bodies = { primary: '{"byId":{"a9":{"n":1}}}', shadow: '{"byId":{"a9":{"n":2}}}' };
  expect(shown(bodies, { differences: [{ path: '$.byId.{*}.n', kind: 'value' }] })).toContain(
    '      n: [1] | [2] <difference value> +1 (100%)',
  );
});

test('a name that looks like a pattern is a name, and takes no time', () => {
  const [dots, long] = [`${'…'.repeat(22)}x`, '…'.repeat(60)];
  const body = (n: number) => JSON.stringify({ [dots]: n, [long]: n, '{*}': n, '(a+)+$': n });
  const bodies = { primary: body(1), shadow: body(2) };
  const differences = [`$.${dots}`, "$['{*}']"].map((path) => ({ path, kind: 'value' }) as const);
  expect(shown(bodies, { differences })).toEqual([
    '{ | {',
    `  ${dots}: [1] | [2] <difference value> +1 (100%)`,
    `  ${long}: [1] | [2] <no_difference value> +1 (100%)`,
    '  {*}: [1] | [2] <difference value> +1 (100%)',
    '  (a+)+$: [1] | [2] <no_difference value> +1 (100%)',
    '} | }',
  ]);
});

test('a place that is too deep to be written out is found by its first and last steps', () => {
  const body = (n: number) => `${'{"a":'.repeat(50)}${n}${'}'.repeat(50)}`;
  const differences = [{ path: `$${'.a'.repeat(19)}…${'.a'.repeat(20)}`, kind: 'value' } as const];
  expect(shown({ primary: body(1), shadow: body(2) }, { differences })).toContain(
    `${'  '.repeat(50)}a: [1] | [2] <difference value> +1 (100%)`,
  );
});

test('what the record lists only as the rest is marked as part of that', () => {
  const bodies = { primary: '{"a":1,"b":1}', shadow: '{"a":2,"b":2}' };
  const differences = [
    { path: '$.a', kind: 'value' },
    { path: '…', kind: 'budget', right: '1 more differences' },
  ] as const;
  expect(shown(bodies, { differences }).slice(1, 3)).toEqual([
    '  a: [1] | [2] <difference value> +1 (100%)',
    '  b: [1] | [2] <difference budget> +1 (100%)',
  ]);
});

test('another type is one row, with both types in words', () => {
  const bodies = { primary: '{"a":null}', shadow: '{"a":{"b":[1,2]}}' };
  expect(shown(bodies, { differences: [{ path: '$.a', kind: 'type' }] })[1]).toBe(
    '  a: [null] | [{"b": [1, 2]}] <difference type>',
  );
  const scalars = { primary: '{"a":1}', shadow: '{"a":"1"}' };
  expect(shown(scalars, { differences: [{ path: '$.a', kind: 'type' }] })[1]).toMatch(/number → string$/);
});

test('text is aligned by line, also with what the control has', () => {
  const bodies = { primary: 'a\nb\nc', shadow: 'a\nx\nc\nd', control: 'a\nb\nc' };
  expect(shown(bodies, { differences: [{ path: 'line', kind: 'value' }] })).toEqual([
    'a | a | a',
    '[b] | [x] | b <difference value>',
    'c | c | c',
    ' | d |  <difference value>',
  ]);
});

test('an empty line that one side has alone is told from none', () => {
  const bodies = { primary: 'a\n\nb', shadow: 'a\nb\n' };
  expect(shown(bodies, { differences: [{ path: 'line', kind: 'value' }] })).toEqual([
    'a | a',
    '<(empty)> |  <difference value>',
    'b | b',
    ' | <(empty)> <difference value>',
  ]);
});

test('markup on one line begins a row with each tag', () => {
  const bodies = { primary: '<p><b>one</b></p>', shadow: '<p><b>two</b></p>' };
  expect(shown(bodies, { differences: [{ path: '$.p.b', kind: 'value' }] })).toHaveLength(3);
});

test('a JSON text that was cut is compared as far as it goes', () => {
  const cut = textBody('{"a":1,"b":[1,2,{"c":"unfinis', { truncated: true, length: 99_999 });
  const exchange = { ...recorded({ primary: '', shadow: '{"a":1,"b":[1,2]}' }), primary: answered(cut) };
  const rows = asText(bodyParts(exchange));
  expect(rows).toContain('  a: 1 | 1');
  expect(rows.some((row) => row.includes('c: "unfinis'))).toBe(true);
});

test('a failed leg leaves its column empty and marks nothing', () => {
  const exchange = {
    ...recorded({ primary: '{"a":1}', shadow: '' }, { ending: 'shadow_timeout' }),
    shadow: { failure: 'timeout', detail: 'no response within 5s' } as const,
  };
  expect(asText(bodyParts(exchange))).toEqual(['{ | ', '  a: 1 | ', '} | ']);
});

test('hostile bodies are laid out: deep nesting, one long line, thousands of elements', () => {
  const deep = '['.repeat(30_000) + ']'.repeat(30_000);
  const line = 'x'.repeat(64 * 1024);
  const many = (n: number) => JSON.stringify(Array.from({ length: 8_000 }, (_, at) => at * n));
  for (const [primary, shadow] of [
    [deep, `${deep.slice(1)}`],
    [line, `${line}y`],
    [many(1), many(2)],
    [JSON.stringify(Array(60_000).fill(1)), JSON.stringify(Array(60_000).fill(2))],
    [deep, deep],
  ] as const) {
    expect(bodyParts(recorded({ primary, shadow })).length).toBeGreaterThan(0);
  }
});
