/** A tape whose frames are damaged: an error or what is there, never a hang. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Tape } from '../../../src/tape/layout.ts';
import { TapeReader } from '../../../src/tape/reader.ts';
import { TapeWriter } from '../../../src/tape/writer.ts';

const CAPACITY = 1024;
const DATA = 1;

function write(writer: TapeWriter, text: string): boolean {
  const at = writer.claim(text.length);
  if (at < 0) return false;
  writer.bytes.write(text, at, 'latin1');
  writer.commit(DATA, 1, text.length);
  return true;
}

const damage = fc.array(fc.tuple(fc.nat(CAPACITY - 1), fc.nat(255)), { minLength: 1, maxLength: 20 });
const lengths = fc.array(fc.nat(100), { minLength: 1, maxLength: 30 });

test('whatever bytes of a tape are damaged, its reader stays within it, comes to an end, and reads what is written next', () => {
  let corrupt = 0;
  fc.assert(
    fc.property(lengths, lengths, damage, (before, frames, damaged) => {
      const memory = Tape.allocate(CAPACITY);
      const [writer, reader] = [new TapeWriter(memory), new TapeReader(memory)];
      const read = () => {
        const texts: string[] = [];
        reader.read((_kind, _exchange, bytes, start, end) => {
          expect(start <= end && end <= bytes.length).toBe(true);
          texts.push(bytes.toString('latin1', start, end));
        }, Number.POSITIVE_INFINITY);
        return texts;
      };
      // The ring is turned, so that what is damaged also lies across its end.
      for (const length of before) if (!write(writer, '.'.repeat(length))) read();
      read();
      for (const length of frames) write(writer, '.'.repeat(length));
      const ring = new Uint8Array(memory, memory.byteLength - CAPACITY);
      for (const [at, byte] of damaged) ring[at] = byte;
      try {
        read();
      } catch (error) {
        expect((error as Error).message).toContain('the tape is corrupt');
        corrupt++;
      }
      expect(reader.used).toBe(0);
      expect(write(writer, 'next')).toBe(true);
      expect(read()).toEqual(['next']);
    }),
    { numRuns: 3_000 },
  );
  expect(corrupt).toBeGreaterThan(0);
});
