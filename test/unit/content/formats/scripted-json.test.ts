import { describe, expect, it } from 'vitest';
import { scriptedJson } from '../../../../src/content/formats/scripted-json.ts';
import { comparePair, lines, rule } from '../../compare/pair.ts';
import { bodyOf } from './reading.ts';

function read(content: string): unknown {
  const reading = scriptedJson.read(bodyOf(content));
  if ('problem' in reading) return reading.problem;
  return [JSON.parse(reading.json.toString()), Object.fromEntries(reading.asides ?? [])];
}

describe('JSON for a script is the JSON, and what stands around it', () => {
  it.each([
    ['cb({"a":1})', [{ a: 1 }, { '#callback': 'cb' }]],
    ['\n jQuery_1.fn["x"] ( [1,")"] ) ; \n', [[1, ')'], { '#callback': 'jQuery_1.fn["x"]' }]],
    ['/**/ typeof cb === "function"  && cb(1);', [1, { '#callback': '/**/ typeof cb === "function" && cb' }]],
    [')]}\',\n{"a":1}', [{ a: 1 }, { '#prefix': ")]}',\n" }]],
    [")]}'[1]", [[1], { '#prefix': ")]}'" }]],
    ['while(1);{"a":1}', [{ a: 1 }, { '#prefix': 'while(1);' }]],
    ['for(;;);{"a":1}', [{ a: 1 }, { '#prefix': 'for(;;);' }]],
    ["throw 1; < don't be evil' >[1]", [[1], { '#prefix': "throw 1; < don't be evil' >" }]],
    ['{}&&{"a":1}', [{ a: 1 }, { '#prefix': '{}&&' }]],
    ['{"a":1}', [{ a: 1 }, {}]],
    ['cb({"a":1}', 'the call of a function has no end'],
  ])('%s', (content, expected) => {
    expect(read(content)).toEqual(expected);
  });
});

describe('bodies for a script differ', () => {
  const type = 'application/javascript';

  it.each([
    ['in the JSON', 'cb({"a":1});', 'cb( {"a":2} )', ['value $.a: 1 → 2']],
    ['in the name of the function', 'cb({"a":1});', 'dc({"a":1});', ["value $['#callback']: cb → dc"]],
    ['in that one is no call', 'cb({"a":1});', '{"a":2}', ["removed $['#callback']: cb → ·", 'value $.a: 1 → 2']],
    ['in a prefix', '{"a":1}', ')]}\'{"a":1}', ["added $['#prefix']: · → )]}'"]],
    ['as text where they are programs', 'f(x);\ng();', 'f(y);\ng();', ['value line: f(x); → f(y);']],
  ])('%s', (_, left, right, expected) => {
    expect(lines(comparePair({ type, body: left }, { type, body: right }).differences)).toEqual(expected);
  });

  it('but for what a rule accepts', () => {
    const rules = [rule({ path: "$['#callback']", does: { kind: 'ignore' } })];
    const { differences, accepted } = comparePair(
      { type, body: 'a({"n":1})' },
      { type, body: 'b({"n":2})' },
      { rules },
    );
    expect(lines(differences)).toEqual(['value $.n: 1 → 2']);
    expect(accepted).toHaveLength(1);
  });
});

it.each([
  ['a name', `${'a'.repeat(500_000)}(`],
  ['names', `a${'.a'.repeat(300_000)}`],
  ['comments', '/*'.repeat(300_000)],
  ['white space', ' '.repeat(500_000)],
  ['semicolons', `a(${';'.repeat(500_000)}`],
])('long texts that are none are compared as text: %s', (_, content) => {
  const [left, right] = ['1', '2'].map((end) => ({ type: 'text/javascript', body: `${content}${end}` }));
  expect(comparePair(left!, right!).differences).toMatchObject([{ kind: 'value', path: 'line' }]);
});
