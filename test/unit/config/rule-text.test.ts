/** What the comparison writes, in reports and in proposals, is put into configurations by hand. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ruleText } from '../../../src/compare/rules/rule-text.ts';
import type { Rule } from '../../../src/config/compare-types.ts';
import {
  type HeaderPart,
  IGNORABLE_KINDS,
  type RuleEffect,
  type UrlPart,
  type ValueClass,
} from '../../../src/config/rule-types.ts';
import { config } from './support.ts';

const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    'id',
    'null',
    'a b',
    'true',
    '12',
    '1e3',
    "it's",
    '"',
    '\\',
    '#',
    ': ',
    '- a',
    '${HOME}',
    '$${',
    '*a',
  ),
);
const line = text.filter((each) => !/[\n\r\u2028\u2029]/.test(each));
const classes: readonly ValueClass[] = ['uuid', 'timestamp', 'number', 'string', 'url', 'ip', 'token', 'any'];
const amount = fc.double({ min: 0, max: 1e9, noNaN: true });
const share = fc.integer({ min: 0, max: 100_000 }).map((thousandths) => thousandths / 1000 / 100);

const forHeaders: fc.Arbitrary<RuleEffect> = fc.oneof(
  fc.constantFrom<RuleEffect>({ kind: 'ignore' }, { kind: 'empty' }, { kind: 'case' }, { kind: 'unicode' }),
  fc.subarray([...IGNORABLE_KINDS], { minLength: 1 }).map((only) => ({ kind: 'ignore', only }) as const),
  amount.map((amount) => ({ kind: 'tolerance', amount, relative: false }) as const),
  share.map((amount) => ({ kind: 'tolerance', amount, relative: true }) as const),
  fc.integer({ min: 0, max: 1e10 }).map((amount) => ({ kind: 'time', amount }) as const),
  fc.constantFrom(...classes).map((name) => ({ kind: 'class', class: name }) as const),
  fc
    .constantFrom('^v\\d+$', '"[^"]*"', 'a{2}', '[$]\\{', '[#:]')
    .map((pattern) => ({ kind: 'matches', pattern }) as const),
  fc.constantFrom('^/b/\\d+', '[$]\\{', '"#:').map((pattern) => ({ kind: 'mask', pattern }) as const),
  fc
    .array(fc.constantFrom<UrlPart>('host', 'origin', 'signature', 'query', 'query.sig', 'query.a b', 'query.x: #'), {
      minLength: 1,
    })
    .map((except) => ({ kind: 'url', except }) as const),
  fc.array(text, { minLength: 1 }).map((values) => ({ kind: 'one_of', values }) as const),
);
const forPaths: fc.Arbitrary<RuleEffect> = fc.oneof(
  forHeaders,
  fc.constantFrom<RuleEffect>({ kind: 'unordered' }, { kind: 'subset' }, { kind: 'embedded' }),
  line.map((key) => ({ kind: 'key', key }) as const),
  line.map((to) => ({ kind: 'rename', to }) as const),
);
const paths = fc.constantFrom('$', '$.a', '$.items[*].price', "$['a b']", '$["x\\"y"]', '$..[0]', '$[?@.a == "b"]');

const parts: fc.Arbitrary<HeaderPart> = fc.oneof(
  fc.constantFrom('sid', '*', 'a b', 'max-age').map((name) => ({ name })),
  fc.constantFrom('path', 'max-age').map((attribute) => ({ name: 'sid', attribute })),
);

const rules: fc.Arbitrary<Pick<Rule, 'path' | 'header' | 'part' | 'does' | 'reason'>> = fc.oneof(
  fc.record({ path: paths, does: forPaths, reason: line }, { requiredKeys: ['path', 'does'] }),
  fc.record({ header: fc.constant('x-a'), does: forHeaders }),
  fc.record({ header: fc.constant('set-cookie'), part: parts, does: forHeaders }),
  fc.constantFrom(['500', '400'], ['5xx', '4xx']).map(([primary, shadow]) => ({
    does: { kind: 'status', primary: primary!, shadow: shadow! } as const,
  })),
);

it('a rule is read as it is written', () => {
  fc.assert(
    fc.property(rules, (rule) => {
      const [{ origin: _, ...read }] = config(`compare:\n  rules:\n    - ${ruleText(rule)}`).routes[0]!.compare
        .rules as [Rule];
      const { amount, ...does } = rule.does as RuleEffect & { amount?: number };
      expect(read).toEqual({
        ...rule,
        does: amount === undefined ? does : { ...does, amount: expect.closeTo(amount, 9) },
      });
    }),
  );
});
