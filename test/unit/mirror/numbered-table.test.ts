import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NumberedTable } from '../../../src/mirror/numbered-table.ts';

test('it holds what a map would hold, also where numbers share a row', () => {
  const number = fc.tuple(fc.nat(3), fc.constantFrom(0, 1, 1023)).map(([round, row]) => round * 1024 + row);
  fc.assert(
    fc.property(fc.array(fc.record({ number, step: fc.constantFrom('add', 'delete') })), (steps) => {
      const table = new NumberedTable<object>();
      const model = new Map<number, object>();
      for (const { number, step } of steps) {
        if (step === 'delete') {
          table.delete(number);
          model.delete(number);
        } else if (!model.has(number)) {
          const added = { number };
          table.add(number, added);
          model.set(number, added);
        }
        expect(table.size).toBe(model.size);
        for (const { number: known } of steps) expect(table.get(known)).toBe(model.get(known));
      }
    }),
  );
});
