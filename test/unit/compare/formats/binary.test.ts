import { describe, expect, it } from 'vitest';
import { fileType } from '../../../../src/compare/formats/file-type.ts';
import { comparePair, lines } from '../pair.ts';

const PNG = '\x89PNG\r\n\x1a\n';

describe('the type of a file is what its first bytes say', () => {
  it.each([
    ['PNG image', `${PNG}…`],
    ['JPEG image', '\xff\xd8\xff\xe0'],
    ['GIF image', 'GIF89a'],
    ['WebP image', 'RIFF\x10\0\0\0WEBPVP8 '],
    ['WAV audio', 'RIFF\x10\0\0\0WAVEfmt '],
    ['AVIF image', '\0\0\0\x1cftypavif'],
    ['MP4 video', '\0\0\0\x1cftypisom'],
    ['PDF document', '%PDF-1.7'],
    ['ZIP archive', 'PK\x03\x04'],
    ['gzip data', '\x1f\x8b\x08'],
    ['WebAssembly module', '\0asm\x01\0\0\0'],
    ['WOFF2 font', 'wOF2'],
    ['tar archive', `${'\0'.repeat(257)}ustar`],
  ])('%s', (expected, content) => {
    expect(fileType(Buffer.from(content, 'latin1'))).toBe(expected);
  });

  it.each(['', '\x89PN', 'RIFF', 'hello', 'BM or not BM'])('and nothing where they say nothing: %j', (content) => {
    expect(fileType(Buffer.from(content, 'latin1'))).toBeUndefined();
  });
});

describe('binary bodies', () => {
  const image = (content: string) => ({ type: 'image/png', body: Buffer.from(content, 'latin1') });

  it('are told by type, length, hash and first differing offset', () => {
    const [difference] = comparePair(image(`${PNG}abc`), image(`${PNG}abd`)).differences;
    expect(difference).toMatchObject({ kind: 'bytes', path: 'bytes' });
    expect(difference!.left).toMatch(/^PNG image, 11 bytes, sha256 [\da-f]{16}…, at 10: 63$/);
    expect(difference!.right).toMatch(/^PNG image, 11 bytes, sha256 [\da-f]{16}…, at 10: 64$/);
  });

  it('of another type show it', () => {
    const [difference] = comparePair(image(`${PNG}a`), image('\xff\xd8\xff\xe0')).differences;
    expect([difference!.left!.split(',')[0], difference!.right!.split(',')[0]]).toEqual(['PNG image', 'JPEG image']);
  });

  it('of which one begins the other differ at its end', () => {
    const [difference] = comparePair(image('\0\x02'), image('\0\x02\x03')).differences;
    expect([difference!.left, difference!.right]).toEqual([
      expect.stringMatching(/at 2: the end$/),
      expect.stringMatching(/at 2: 03$/),
    ]);
  });

  it('of which one is empty are an addition', () => {
    expect(lines(comparePair(image(''), image('GIF89a')).differences)).toEqual(['added $: · → GIF89a']);
  });
});
