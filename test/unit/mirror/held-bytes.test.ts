import { expect, test } from 'vitest';
import { HeldBytes, pieceSize } from '../../../src/mirror/held-bytes.ts';

test('a body in many small pieces has room for fewer of its bytes than one in large pieces', () => {
  const kept = (size: number) => {
    const held = new HeldBytes(1024 * 1024, () => false);
    let bytes = 0;
    while (held.take(pieceSize(Buffer.alloc(size)))) bytes += size;
    return bytes;
  };
  expect(kept(64 * 1024)).toBeGreaterThan(900_000);
  expect(kept(1)).toBeLessThan(20_000);
});

test('room is made before anything is refused, and what is freed can be taken again', () => {
  let spare = 1;
  const held: HeldBytes = new HeldBytes(100, () => {
    if (spare-- === 0) return false;
    held.free(60);
    return true;
  });
  expect(held.take(80)).toBe(true);
  expect(held.take(70)).toBe(true);
  expect(held.bytes).toBe(90);
  expect(held.take(20)).toBe(false);
  held.free(90);
  expect(held.take(100)).toBe(true);
});
