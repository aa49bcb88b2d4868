import { describe, expect, it } from 'vitest';
import { comparePair, lines } from '../pair.ts';

function compareTexts(left: string | Uint8Array, right: string | Uint8Array, type = 'text/plain') {
  return lines(comparePair({ type, body: left }, { type, body: right }).differences);
}

const filler = (words: number) => Array.from({ length: words }, (_, at) => `word${at}`).join(' ');

describe('lines', () => {
  it.each([
    ['a changed line', 'a\nb\nc', 'a\nB\nc', ['value line: b → B']],
    ['an insertion that shifts nothing', 'a\nb', 'x\na\nb', ['added line: · → x']],
    ['a removal', 'a\nb\nc', 'a\nc', ['removed line: b → ·']],
    ['a last line that ends on one side', 'a\nb\n', 'a\nb', ['removed line:  → ·']],
    ['several changes', 'a\nb\nc', 'A\nb\nC', ['value line: a → A', 'value line: c → C']],
    ['a change of white space', 'a b', 'a  b', ['value line: a b → a  b']],
  ])('%s', (_, left, right, expected) => {
    expect(compareTexts(left, right)).toEqual(expected);
  });

  it('that all end in another way are one difference', () => {
    expect(compareTexts('a\r\nb\r\nc', 'a\nb\nc')).toEqual(['encoding line: lines end in CRLF → lines end in LF']);
  });

  it('that end in another way here and there are shown', () => {
    expect(compareTexts('a\r\nb\nc', 'a\nb\nc')).toEqual(['value line: a\r → a']);
  });

  it('of another type are compared in the same way', () => {
    expect(compareTexts('a: 1', 'a: 2', 'application/toml')).toEqual(['value line: a: 1 → a: 2']);
  });
});

describe('a long line is shown by its changed words', () => {
  it('with what stands around them', () => {
    const line = (word: string) => `${filler(40)} ${word} ${filler(40)}`;
    expect(compareTexts(line('old'), line('new'))).toEqual([
      'value line: …36 word37 word38 word39 old word0 word1 word2 word3… → ' +
        '…36 word37 word38 word39 new word0 word1 word2 word3…',
    ]);
  });

  it('each of them', () => {
    const line = (one: string, two: string) => `${one} ${filler(40)} ${two}`;
    expect(compareTexts(line('a', 'b'), line('A', 'B'))).toEqual([
      'value line: a word0 word1 word2 word3…36 word37 word38 word39 b → A word0 word1 word2 word3…36 word37 word38 word39 B',
    ]);
  });

  it('and a very long word by what changed in it', () => {
    const line = (letter: string) => `${'x'.repeat(5000)}${letter}${'y'.repeat(5000)}`;
    expect(compareTexts(line('1'), line('2'))).toEqual([
      `value line: …${'x'.repeat(24)}1${'y'.repeat(24)}… → …${'x'.repeat(24)}2${'y'.repeat(24)}…`,
    ]);
  });

  it('never by half a character', () => {
    const line = (word: string) => `${'😀'.repeat(200)}${word}`;
    const [difference] = compareTexts(`a${line('1')}`, `a${line('2')}`);
    expect(difference!.isWellFormed()).toBe(true);
  });
});

describe('what is no text is compared by its bytes', () => {
  it.each([
    ['NUL', Buffer.from('a\0b')],
    ['bytes that are not UTF-8', Buffer.from([0x61, 0xff])],
  ])('%s', (_, body) => {
    expect(compareTexts('ab', body)).toEqual([expect.stringContaining('bytes bytes: ')]);
  });
});

it('a charset parameter is heeded', () => {
  const latin1 = { type: 'text/plain; charset=iso-8859-1', body: Buffer.from('café', 'latin1') };
  const { differences } = comparePair(latin1, { type: 'text/plain; charset=utf-8', body: 'café' });
  expect(differences.filter(({ path }) => path === 'line')).toEqual([]);
});

describe('hostile texts are compared to the end', () => {
  const many = 200_000;
  it.each([
    ['lines without number that have nothing in common', numbered('a', many, '\n'), numbered('b', many, '\n')],
    ['one line of words that have nothing in common', numbered('a', many, ' '), numbered('b', many, ' ')],
    ['empty lines', '\n'.repeat(many), '\n'.repeat(many - 1)],
    ['two lines in all possible orders', 'a\nb\n'.repeat(many), 'b\na\na\nb\n'.repeat(many / 2)],
    ['punctuation', '!?'.repeat(many), '?!'.repeat(many)],
  ])('%s', (_, left, right) => {
    const { differences } = comparePair(
      { type: 'text/plain', body: left },
      { type: 'text/plain', body: right },
      { maxDecoded: 8 * 1024 * 1024 },
    );
    expect(differences.length).toBeGreaterThan(0);
  });
});

function numbered(prefix: string, count: number, separator: string): string {
  return Array.from({ length: count }, (_, at) => `${prefix}${at}`).join(separator);
}
