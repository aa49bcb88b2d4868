import { describe, expect, it } from 'vitest';
import { problems } from './support.ts';

/** With rules behind it that are good, which must not be blamed. */
const inRule = (members: string) => `compare:
  rules:
    - {${members}}
    - {path: $.other, ignore: true}
routes:
  - {name: a, match: {path: /a}, compare: {rules: [{path: $.b, ignore: true}]}}
`;

describe('a value that needs quotes in braces is one problem, which says so', () => {
  it.each([
    ['path: $.items[*], ignore: true', '3:21', '"$.items[*]"'],
    ['path: $.items[*].etag, ignore: true', '3:21', '"$.items[*].etag"'],
    ['path: $..[*], ignore: true', '3:17', '"$..[*]"'],
    ['path: $.items[0], ignore: true', '3:21', '"$.items[0]"'],
    ["path: $['a'], ignore: true", '3:15', `"$['a']"`],
    ['path: $.a[?(@.b == "c")], ignore: true', '3:17', `'$.a[?(@.b == "c")]'`],
    ['ignore: true, path: $.items[*]', '3:35', '"$.items[*]"'],
    ['header: x-a, matches: ^[a-z]+$', '3:31', '"^[a-z]+$"'],
    ['header: x-a, matches: ^a{3}$', '3:32', '"^a{3}$"'],
    ['path: *, ignore: true', '3:14', '"*"'],
    ['path: @.a, ignore: true', '3:14', '"@.a"'],
    ['path: %a, ignore: true', '3:14', '"%a"'],
    ['path: `a`, ignore: true', '3:14', '"`a`"'],
    ['path: $.a, reason: because: it is, ignore: true', '3:27', '"because: it is"'],
  ])('{%s}', (members, place, quoted) => {
    const [problem, ...others] = problems(inRule(members));
    expect(others).toEqual([]);
    expect(problem).toMatch(new RegExp(`^a\\.yaml:${place}: not valid YAML`));
    expect(problem).toContain(`put the value in quotes: ${quoted})`);
  });

  it.each([
    ['reason: because: it', '"because: it"'],
    ['a: @b', '"@b"'],
    ['a: `b`', '"`b`"'],
    ['a: [*]', '"*"'],
  ])('also elsewhere: %s', (text, quoted) => {
    expect(problems(text)).toEqual([expect.stringContaining(`put the value in quotes: ${quoted})`)]);
  });
});

describe('one slip is one problem, which says what to do', () => {
  it.each([
    ['compare:\n  rules:\n\t- {path: $.a, ignore: true}\n', '3:1', 'indent with spaces'],
    ['compare:\n  rules:\n    - {path: $.a}\n\t- {path: $.b}\n', '4:1', 'indent with spaces'],
    [inRule('path: "$.a, ignore: true'), '', 'the " in line'],
    ["edges: '1\nmirror: {sample: 10%}\n", '3:1', "the ' in line 1, column 8 is not closed"],
    ['mirror: {sample: 10%\nedges: 1\nlog: {}\n', '2:1', 'the { in line 1, column 9 is not closed'],
    ['mirror:\n  methods: [GET, POST\nedges: 1\n', '3:1', 'the [ in line 2, column 12 is not closed'],
    ['compare:\n  rules: [{path: $.a, ignore: true}\nedges: 1\n', '3:1', 'the [ in line 2, column 10 is not closed'],
    [inRule('path: $.a, ignore: true}'), '3:32', 'this } closes nothing'],
    ['mirror:\n  sample: 10%\n   timeout: 5s\nedges: 1\n', '2:11', 'begin in the same column'],
    ['mirror:\n  sample: 10%\n timeout: 5s\nedges: 1\n', '3:1', 'begin in the same column'],
    ['edges: 1\nmirror\nlog: {}\n', '2:1', 'each option is written as name: value'],
    ['listen: "0.0.0.0:80"x\nedges: 1\n', '1:21', 'put the whole value in quotes'],
  ])('%j', (text, place, hint) => {
    const [problem, ...others] = problems(text);
    expect(others).toEqual([]);
    expect(problem).toContain(`a.yaml:${place}`);
    expect(problem).toContain(hint);
  });

  it('an alias without an anchor may have been meant as text', () => {
    expect(problems('mirror: {salt: *star}')).toEqual([
      expect.stringMatching(/^a\.yaml:1:16: an alias without an anchor.*or text in quotes$/),
    ]);
  });

  it('a missing space makes an unknown key, which says so', () => {
    expect(problems('mirror: {sample:10%}')).toEqual([
      expect.stringContaining(
        'a.yaml:1:10: unknown key in mirror; found "sample:10%" (a space is missing after "sample:")',
      ),
    ]);
  });
});
