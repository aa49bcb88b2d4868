/**
 * Strings in a frame: `count u16 · length u32 each · their bytes`, one byte per character (latin1). The reader cuts
 * them out by the lengths, so nothing is parsed. An empty list takes no room.
 *
 * They come as two lists, `first` and `rest`, so that callers need not join them for each frame.
 */
import type { TapeWriter } from './writer.ts';

export function stringsLength(first: readonly string[], rest: readonly string[]): number {
  const count = first.length + rest.length;
  if (count === 0) return 0;
  let length = 2 + 4 * count;
  for (let at = 0; at < first.length; at++) length += first[at]!.length;
  for (let at = 0; at < rest.length; at++) length += rest[at]!.length;
  return length;
}

/** `at`: an offset with room for `stringsLength` bytes. */
export function writeStrings(tape: TapeWriter, at: number, first: readonly string[], rest: readonly string[]): void {
  const count = first.length + rest.length;
  if (count === 0) return;
  const { view } = tape;
  view.setUint16(at, count, true);
  // One long text is written faster than many short ones.
  let text = '';
  let length = at + 2;
  for (let index = 0; index < count; index++) {
    const string = index < first.length ? first[index]! : rest[index - first.length]!;
    view.setUint32(length, string.length, true);
    length += 4;
    text += string;
  }
  tape.bytes.write(text, length, 'latin1');
}

export interface Strings {
  readonly first: string[];
  readonly rest: string[];
}

/** Reads what `writeStrings` wrote from `start` to `end`. `firsts`: how many strings are in the first list. */
export function readStrings(bytes: Buffer, start: number, end: number, firsts: number): Strings {
  if (start === end) return { first: [], rest: [] };
  const count = bytes[start]! | (bytes[start + 1]! << 8);
  const text = bytes.toString('latin1', start + 2 + 4 * count, end);
  const first: string[] = new Array(firsts);
  const rest: string[] = new Array(count - firsts);
  let from = 0;
  for (let index = 0; index < count; index++) {
    const at = start + 2 + 4 * index;
    const length = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
    const string = text.slice(from, from + length);
    if (index < firsts) first[index] = string;
    else rest[index - firsts] = string;
    from += length;
  }
  return { first, rest };
}
