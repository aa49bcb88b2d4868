import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../../src/config/load.ts';
import { renderReference } from './render-reference.ts';
import { load } from './support.ts';

const REFERENCE = renderReference().replace(/^( *)#(?=[^ \n])/gm, '$1');
const SAMPLE = `
listen: 0.0.0.0:8080 # edge
primary: &p {url: "http://a", timeouts: {idle: 1m}}
shadow: {<<: *p, url: 'http://b'}
mirror:
  methods: [GET, HEAD]
  headers: {set: {a: \${A:-b}}}
routes:
  - name: a
    match: {path: /a/:id}
    compare: {rules: [{path: "$.a", ignore: true, until: 2027-01-01}]}
  - name: b
store: >-
  ./a
  b
`;

/** Bits of YAML and of the options, which lead further than random letters do. */
const token = fc.oneof(
  fc.constantFrom(...':-?,[]{}#&*!|>\'"%@`\n\t\r \0\u0085\u2028\ufeff$\\~='),
  fc.constantFrom(
    '\n---\n',
    '\n...\n',
    '<<: ',
    '&a ',
    '*a',
    '!!int ',
    '!!binary ',
    '!x ',
    '%YAML 1.1\n---\n',
    '${',
    '${A}',
    '$${',
    '${A:-',
    '}',
  ),
  fc.constantFrom(
    '__proto__: ',
    'constructor: ',
    'null',
    '~',
    '""',
    '[]',
    '{}',
    '{a: b}',
    '- ',
    'listen: ',
    'routes: ',
    '  ',
    '9'.repeat(400),
  ),
  fc.string({ unit: 'binary', maxLength: 5 }),
);
const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(40), insert: token });
const mutated = fc
  .tuple(fc.constantFrom(SAMPLE, SAMPLE, REFERENCE), fc.array(edit, { minLength: 1, maxLength: 6 }))
  .map(([text, edits]) =>
    edits.reduce((result, { at, remove, insert }) => {
      const start = Math.floor(at * result.length);
      return result.slice(0, start) + insert + result.slice(start + (remove > 20 ? 0 : remove));
    }, text),
  );

/** Either a configuration, or at least one problem, each at a place that the text has, on one line. */
function judge(text: string): void {
  const result = load(text, { env: { A: 'b', REDACT_KEY: 'x'.repeat(20), ADMIN_TOKEN: 'y'.repeat(20) } });
  if (result.ok) {
    expect(result.config.routes.at(-1)?.name).toBe('default');
    expect(Object.isFrozen(result.config)).toBe(true);
    return;
  }
  const lines = text.split(/\n/);
  expect(result.problems.length).toBeGreaterThan(0);
  for (const { file, line, column, message } of result.problems) {
    expect(file).toBe('a.yaml');
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(column).toBeLessThanOrEqual(lines[line - 1]!.length + 1);
    expect(message).toMatch(/^[^\n]+$/);
  }
}

describe('whatever is written, the answer is a configuration or problems with their places', () => {
  it.each(['one', 'two', 'three'])('a file with a few wrong edits, part %s', () => {
    fc.assert(fc.property(mutated, judge), { numRuns: 200 });
  });

  it('any text', () => {
    fc.assert(
      fc.property(
        fc.array(token, { maxLength: 30 }).map((tokens) => tokens.join('')),
        judge,
      ),
      { numRuns: 400 },
    );
  });

  it('the options with values of any type', () => {
    const keys = fc.constantFrom(
      'listen',
      'admin',
      'primary',
      'mirror',
      'headers',
      'set',
      'routes',
      'match',
      'compare',
      'rules',
      'name',
      'path',
      'sampleBy',
      'url',
      'x',
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'medium' },
        fc.string(),
        fc.integer(),
        fc.constantFrom(null, true, '/a', 'http://a', '1s', '10%', '$.a'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(
        fc.dictionary(keys, value).map((tree) => stringify(tree)),
        judge,
      ),
      { numRuns: 400 },
    );
  });

  it.each(['[', '{a: ', '- ', '? ', '&a ', '"', '!', '*', '>\n', '|\n', '\0', '\ufeff', '%'])(
    'very many of %j',
    (bit) => {
      judge(bit.repeat(3_000));
    },
  );
});

it('problems of a file are the same in any number of lines before it', () => {
  fc.assert(
    fc.property(mutated, fc.nat(5), (text, count) => {
      fc.pre(!/[%\ufeff]|---|\.\.\./.test(text));
      const before = load(text);
      const after = load('# moved\n'.repeat(count) + text);
      if (before.ok || after.ok) expect(after.ok).toBe(before.ok);
      else expect(after.problems.map(({ line }) => line - count)).toEqual(before.problems.map(({ line }) => line));
    }),
    { numRuns: 200 },
  );
});

it('loading never throws for a file of any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const result = loadConfig({ file: 'a.yaml', env: {}, readFile: () => Buffer.from(bytes).toString('utf8') });
      expect(result.ok || result.problems.length > 0).toBe(true);
    }),
  );
});
