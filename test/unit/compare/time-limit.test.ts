import { describe, expect, it } from 'vitest';
import { runWithin } from '../../../src/compare/time-limit.ts';
import type { Rule } from '../../../src/config/compare-types.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { comparePair, rule, stillClock } from './pair.ts';

const SIZE = 1024 * 1024;
const JSON_TYPE = 'application/json';

const filled = (text: string, size = SIZE) => text.repeat(Math.floor(size / text.length));
const listOf = (separator: string, element: (at: number) => string) =>
  Array.from({ length: SIZE / 16 }, (_, at) => element(at)).join(separator);
const array = (element: (at: number) => string) => `[${listOf(',', element)}]`;
/** One of two, as though by chance. */
const either = (at: number, one: string, other: string) => ((Math.imul(at, 0x9e3779b1) >>> 16) & 1 ? one : other);

interface Hard {
  readonly type: string;
  readonly left: string;
  readonly right: string;
  readonly rules?: readonly Omit<Rule, 'origin'>[];
}

/** Pairs that keep one part of the comparison at work for a hundred times longer than it is given. */
const hard: Readonly<Record<string, Hard>> = {
  'the scan of a JSON text': { type: JSON_TYPE, left: array(() => '1'), right: array(() => '2') },
  'the matching of elements': {
    type: JSON_TYPE,
    left: array((at) => `{"a":${at},"b":[${at},1]}`),
    right: array((at) => `{"a":${-at},"b":[1,${at}]}`),
  },
  'the alignment of elements that repeat': {
    type: JSON_TYPE,
    left: array((at) => either(at, '1', '2')),
    right: array((at) => either(at + 7, '1', '2')),
  },
  'the matching of members': {
    type: JSON_TYPE,
    left: `{${listOf(',', (at) => `"a${at}":1`)}}`,
    right: `{${listOf(',', (at) => `"a${-at}":1`)}}`,
  },
  'the escapes of a string': { type: JSON_TYPE, left: `"${filled('\\u0061')}"`, right: `"${filled('\\u0061')}b"` },
  'a descent': { type: JSON_TYPE, left: `${filled('[')}1${filled(']')}`, right: `${filled('[')}2${filled(']')}` },
  'a JSON text in a string': {
    type: JSON_TYPE,
    left: JSON.stringify(array(() => '1')),
    right: JSON.stringify(array(() => '2')),
    rules: [{ path: '$', does: { kind: 'embedded' } }],
  },
  'a regular expression of a rule': {
    type: JSON_TYPE,
    left: `"${filled('a')}"`,
    right: `"${filled('a')}b"`,
    rules: [{ path: '$', does: { kind: 'matches', pattern: '(a|aa|a*b?)*c' } }],
  },
  'a filter of a rule': {
    type: JSON_TYPE,
    left: array((at) => `{"a":${at}}`),
    right: array((at) => `{"a":${at + 1}}`),
    rules: [{ path: '$[?count($..*) > 3].a', does: { kind: 'ignore' } }],
  },
  'a rename of many members': {
    type: JSON_TYPE,
    left: `{${listOf(',', (at) => `"a${at}":1`)}}`,
    right: `{${listOf(',', (at) => `"b${at}":1`)}}`,
    rules: [{ path: '$.*', does: { kind: 'rename', to: 'x' } }],
  },
  'a tolerance between huge numbers': {
    type: JSON_TYPE,
    left: array((at) => `1${at}${'0'.repeat(300)}`),
    right: array((at) => `2${at}${'0'.repeat(300)}`),
    rules: [{ path: '$[*]', does: { kind: 'tolerance', amount: 1e-300, relative: false } }],
  },
  'the alignment of lines': {
    type: 'text/plain',
    left: listOf('\n', (at) => either(at, 'a', 'b')),
    right: listOf('\n', (at) => either(at + 7, 'a', 'b')),
  },
  'the alignment of words': {
    type: 'text/plain',
    left: listOf(' ', (at) => either(at, 'a', 'b')),
    right: listOf(' ', (at) => either(at + 7, 'a', 'b')),
  },
  HTML: { type: 'text/html', left: filled('<p>a'), right: filled('<p>b') },
  XML: { type: 'text/xml', left: `<r>${filled('<p>a</p>')}</r>`, right: `<r>${filled('<p>b</p>')}</r>` },
  CSV: { type: 'text/csv', left: `a,b\n${filled('1,2\n')}`, right: `a,b\n${filled('2,1\n')}` },
  'a form': { type: 'application/x-www-form-urlencoded', left: filled('a=%61&'), right: filled('a=%62&') },
  NDJSON: { type: 'application/x-ndjson', left: filled('1\n'), right: filled('2\n') },
  'an event stream': { type: 'text/event-stream', left: filled('data: 1\n\n'), right: filled('data: 2\n\n') },
  multipart: {
    type: 'multipart/mixed; boundary=b',
    left: `${filled('\r\n--b\r\n\r\n\r\n\r\n1')}\r\n--b--`,
    right: `${filled('\r\n--b\r\n\r\n\r\n\r\n2')}\r\n--b--`,
  },
  MessagePack: { type: 'application/msgpack', left: `${filled('\x91')}\x01`, right: `${filled('\x91')}\x02` },
  protobuf: { type: 'application/x-protobuf', left: filled('\x08\x01'), right: filled('\x08\x02') },
};

describe('the time for one pair is kept to', () => {
  it.each(Object.entries(hard))('inside %s', (_, { type, left, right, rules = [] }) => {
    const sides = [left, right].map((text) => ({ type, body: Buffer.from(text, 'latin1') }));
    const config = { budget: 1, maxDecoded: 8 * SIZE, rules: rules.map(rule) };
    const { differences } = comparePair(sides[0]!, sides[1]!, config, systemClock);
    expect(differences.filter(({ kind }) => kind === 'budget')).toEqual([
      { kind: 'budget', path: '$', left: expect.any(String), right: expect.any(String) },
    ]);
  });

  it('but a small pair needs none, however long a busy machine lets it wait', () => {
    let now = 0;
    const time = () => (now += 1_000);
    const [left, right] = [1, 2].map((tag) => ({ type: JSON_TYPE, body: `{"tags":[${tag},"b"],"at":3}` }));
    const { differences } = comparePair(left!, right!, { budget: 50 }, stillClock, time);
    expect(differences.map(({ kind, path }) => `${kind} ${path}`)).toEqual(['value $.tags[*]']);
  });

  it('which is that of the processor: a thread that is kept waiting is given as much', () => {
    // As though the processor had been elsewhere all the time.
    const starved = () => 0;
    const body = (leaf: number) => JSON.stringify(Array.from({ length: 4_000 }, (_, at) => ({ at, deep: [leaf] })));
    const [left, right] = [1, 2].map((leaf) => ({ type: JSON_TYPE, body: body(leaf) }));
    const { differences, omitted } = comparePair(left!, right!, { budget: 1 }, stillClock, starved);
    expect(differences.map(({ kind, path }) => `${kind} ${path}`)).toEqual(Array(10).fill('value $[*].deep[*]'));
    expect(omitted).toBe(3_990);
  });

  it('and what was found before stays', () => {
    const left = { first: 1, next: Array.from({ length: 50_000 }, (_, at) => ({ at })) };
    const right = { first: 2, next: left.next.map(({ at }) => ({ at: -at })) };
    const [l, r] = [left, right].map((body) => ({ type: JSON_TYPE, status: 200, body: JSON.stringify(body) }));
    const { differences } = comparePair(l!, { ...r!, status: 201 }, { budget: 1 }, systemClock);
    expect(differences.map(({ kind }) => kind)).toEqual(['status', 'budget']);
    expect(differences[1]).toMatchObject({ path: '$', left: expect.stringMatching(/^the time for one pair is over/) });
  });
});

describe('work that is given a time', () => {
  it('is ended in the middle of a loop, and nothing in it notices', () => {
    const steps: string[] = [];
    const finished = runWithin(200, () => {
      try {
        steps.push('begun');
        for (;;);
      } catch {
        steps.push('caught');
      } finally {
        steps.push('cleaned up');
      }
    });
    expect(finished).toBe(false);
    expect(steps).toEqual(['begun']);
  });

  it('is left alone when it is done in time', () => {
    let done = false;
    expect(
      runWithin(60_000, () => {
        done = true;
      }),
    ).toBe(true);
    expect(done).toBe(true);
  });

  it('that throws has thrown', () => {
    const fault = () => {
      throw new RangeError('too deep');
    };
    expect(() => runWithin(60_000, fault)).toThrow(new RangeError('too deep'));
  });
});
