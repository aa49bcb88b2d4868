import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { type Deadline, Deadlines, NEVER } from '../../../src/wire/deadlines.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const clock = new ManualClock();
let deadlines = new Deadlines(clock);

afterEach(() => {
  deadlines.stop();
  deadlines = new Deadlines(clock);
});

class Item implements Deadline {
  deadline = NEVER;
  calls = 0;
  readonly #then: () => void;

  constructor(then: () => void = () => {}) {
    this.#then = then;
  }

  onDeadline(): void {
    this.calls++;
    this.#then();
  }
}

test('a sweep calls exactly those that are there and whose time is up, whatever was added and deleted', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ step: fc.constantFrom('add', 'expire', 'delete', 'sweep'), which: fc.nat(7) })),
      (steps) => {
        const items = Array.from({ length: 8 }, () => new Item());
        const expected = new Map<Item, number>();
        const there = new Set<Item>();
        for (const { step, which } of steps) {
          const item = items[which]!;
          if (step === 'add' && !there.has(item)) {
            deadlines.add(item);
            there.add(item);
          } else if (step === 'expire') {
            item.deadline = clock.monotonic();
          } else if (step === 'delete') {
            deadlines.delete(item);
            there.delete(item);
          } else if (step === 'sweep') {
            for (const due of there) {
              if (due.deadline !== NEVER) expected.set(due, (expected.get(due) ?? 0) + 1);
            }
            deadlines.sweep();
          }
        }
        for (const item of there) deadlines.delete(item);
        for (const item of items) expect(item.calls).toBe(expected.get(item) ?? 0);
      },
    ),
  );
});

test('one that deletes itself and others while it is called keeps nobody from being called', () => {
  const bystanders = [new Item(), new Item(), new Item()];
  const victim = new Item();
  const deleting = new Item(() => {
    deadlines.delete(deleting);
    deadlines.delete(victim);
  });
  for (const item of [victim, bystanders[0]!, deleting, bystanders[1]!, bystanders[2]!]) {
    item.deadline = clock.monotonic();
    deadlines.add(item);
  }
  deadlines.sweep();
  expect([deleting.calls, victim.calls, ...bystanders.map(({ calls }) => calls)]).toEqual([1, 0, 1, 1, 1]);
});
