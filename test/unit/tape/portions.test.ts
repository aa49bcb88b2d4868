import { expect, test } from 'vitest';
import { Tape } from '../../../src/tape/layout.ts';
import { TapePortions } from '../../../src/tape/portions.ts';
import { TapeReader } from '../../../src/tape/reader.ts';
import { TapeWriter } from '../../../src/tape/writer.ts';

const FRAME = 256;

/** A tape of 64 KiB on which services write frames of 256 bytes, as long as they may. */
function tape(of: number) {
  const memory = Tape.allocate(64 * 1024);
  const [writer, reader] = [new TapeWriter(memory), new TapeReader(memory)];
  const portions = new TapePortions(writer);
  const write = (place: number): boolean => {
    const isWritten = portions.allows({ place, of }) && writer.claim(FRAME) >= 0;
    if (isWritten) writer.commit(1, place, FRAME);
    portions.wrote({ place, of });
    return isWritten;
  };
  /** Writes until it may not; gives the frames. */
  const flood = (place: number): number => {
    let frames = 0;
    while (write(place)) frames++;
    return frames;
  };
  const read = (frames: number) => reader.read(() => {}, frames);
  return { write, flood, read };
}

/** Frames, with their headers, in half of it. */
const HALF = Math.ceil((32 * 1024) / (FRAME + 8));

test('a service that floods a tape leaves to each of the others an equal part of its other half', () => {
  const { flood } = tape(4);
  expect(flood(0)).toBe(HALF);
  const part = Math.ceil(HALF / 4);
  for (const place of [1, 2, 3]) expect(flood(place)).toBeGreaterThanOrEqual(part - 1);
});

test("room that was read is everybody's again, however often the tape went round", () => {
  const { flood, read } = tape(2);
  for (let round = 0; round < 50; round++) {
    // The end of the ring may take the room of one.
    expect(flood(0)).toBeGreaterThanOrEqual(HALF - 1);
    read(Number.POSITIVE_INFINITY);
  }
});

test('beside a flood that never ends, a service that writes little loses nothing', () => {
  const { write, flood, read } = tape(2);
  const lost = Array.from({ length: 2_000 }, () => {
    flood(0);
    const isWritten = write(1);
    read(4);
    return isWritten;
  }).filter((isWritten) => !isWritten);
  expect(lost).toEqual([]);
});
