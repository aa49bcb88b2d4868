import { afterEach, describe, expect, test, vi } from 'vitest';
import { ASLEEP, DOORBELL, HEAD, Tape } from '../../../src/tape/layout.ts';
import { TapeReader } from '../../../src/tape/reader.ts';
import { TapeWriter } from '../../../src/tape/writer.ts';

const DATA = 1;

interface Running {
  writer: TapeWriter;
  reader: TapeReader;
  doorbell: () => number;
  /** Settles when the reader has begun to wait. */
  asleep: () => Promise<void>;
  /** Settles when `count` frames have been handled in all. */
  handled: (count: number) => Promise<number[]>;
}

/** A reader that has not started to look at its tape yet, and collects the exchanges it is handed. */
function running(budget?: number, onFrame?: (exchange: number, reader: TapeReader) => void): Running {
  const memory = Tape.allocate(4096);
  const cells = new Int32Array(memory);
  const writer = new TapeWriter(memory);
  const reader = new TapeReader(memory);
  const seen: number[] = [];
  const waiting = new Map<number, (seen: number[]) => void>();
  reader.run(
    (_kind, exchange) => {
      seen.push(exchange);
      waiting.get(seen.length)?.(seen);
      onFrame?.(exchange, reader);
    },
    { nap: 1, ...(budget !== undefined && { budget }) },
  );
  return {
    writer,
    reader,
    doorbell: () => Atomics.load(cells, DOORBELL),
    asleep: async () => {
      while (Atomics.load(cells, DOORBELL) !== ASLEEP) await turn();
    },
    handled: (count) =>
      seen.length >= count ? Promise.resolve(seen) : new Promise((resolve) => waiting.set(count, resolve)),
  };
}

function send(writer: TapeWriter, exchange: number): void {
  writer.claim(0);
  writer.commit(DATA, exchange, 0);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a running reader', () => {
  test('sleeps when the tape is empty and is woken by the bell', async () => {
    const { writer, reader, doorbell, asleep, handled } = running();
    await asleep();
    expect(doorbell()).toBe(ASLEEP);
    send(writer, 1);
    writer.ring();
    expect(await handled(1)).toEqual([1]);
    await asleep();
    send(writer, 2);
    send(writer, 3);
    writer.ring();
    expect(await handled(3)).toEqual([1, 2, 3]);
    reader.stop();
  });

  test('looks again after a nap, without a ring', async () => {
    const { writer, reader, asleep, handled } = running();
    await asleep();
    send(writer, 1);
    writer.ring();
    await handled(1);
    const notify = vi.spyOn(Atomics, 'notify');
    expect(writer.mustRing).toBe(false);
    send(writer, 2);
    writer.ring();
    expect(await handled(2)).toEqual([1, 2]);
    expect(notify).not.toHaveBeenCalled();
    await asleep();
    expect(writer.mustRing).toBe(true);
    reader.stop();
  });

  test('is not notified while it is awake, and once while it sleeps', async () => {
    const { writer, reader, asleep, handled } = running();
    const notify = vi.spyOn(Atomics, 'notify');
    send(writer, 1);
    writer.ring();
    expect(notify).not.toHaveBeenCalled();
    await handled(1);
    await asleep();
    send(writer, 2);
    writer.ring();
    writer.ring();
    expect(notify).toHaveBeenCalledTimes(1);
    await handled(2);
    reader.stop();
  });

  test('lets other events pass between budgets', async () => {
    const { writer, reader, handled } = running(2);
    for (let exchange = 0; exchange < 6; exchange++) send(writer, exchange);
    const counts: number[] = [];
    const watch = (): void => {
      counts.push(reader.used / 8);
      if (reader.used > 0) setImmediate(watch);
    };
    setImmediate(watch);
    await handled(6);
    expect(counts.slice(0, 2)).toEqual([4, 2]);
    reader.stop();
  });

  test('hands out nothing more when it is stopped by a handler', async () => {
    const { writer, handled, reader } = running(10, (exchange, self) => {
      if (exchange === 1) self.stop();
    });
    for (const exchange of [0, 1, 2]) send(writer, exchange);
    await handled(2);
    await turn();
    await turn();
    expect(await handled(0)).toEqual([0, 1]);
    expect(reader.used).toBe(8);
    expect(reader.read(() => expect.unreachable(), 1)).toBe(0);
  });

  test('hands out nothing more when it is stopped in its sleep', async () => {
    const { writer, reader, asleep, handled, doorbell } = running();
    await asleep();
    reader.stop();
    expect(doorbell()).not.toBe(ASLEEP);
    send(writer, 1);
    writer.ring();
    await turn();
    await turn();
    expect(await handled(0)).toEqual([]);
  });

  test('goes on with the next frame after a handler threw', () => {
    const turns: (() => void)[] = [];
    vi.spyOn(globalThis, 'setImmediate').mockImplementation(((callback: () => void) => turns.push(callback)) as never);
    const { writer, reader } = running(10, (exchange) => {
      if (exchange === 0) throw new Error('handling failed');
    });
    for (const exchange of [0, 1]) send(writer, exchange);
    expect(turns.shift()).toThrow('handling failed');
    expect(reader.used).toBe(8);
    turns.shift()!();
    expect(reader.used).toBe(0);
    reader.stop();
  });

  test('runs once, and not after it was stopped', () => {
    const reader = new TapeReader(Tape.allocate(4096));
    reader.run(() => {}, { nap: 1 });
    expect(() => reader.run(() => {}, { nap: 1 })).toThrow('running');
    reader.stop();
    expect(() => reader.run(() => {}, { nap: 1 })).toThrow('stopped');
  });
});

/**
 * A frame and its ring at each point of the reader's way into sleep. The points are reached by acting within the
 * reader's own calls of Atomics, as the other thread would between them.
 */
describe('a ring is never lost when it comes', () => {
  test('before the reader says that it sleeps', async () => {
    const { writer, reader, handled } = running();
    beforeCall(
      'store',
      (index, value) => index === DOORBELL && value === ASLEEP,
      () => {
        send(writer, 1);
        writer.ring();
      },
    );
    expect(await handled(1)).toEqual([1]);
    reader.stop();
  });

  test('between that and its second look', async () => {
    const { writer, reader, handled, doorbell } = running();
    beforeCall(
      'load',
      (index) => index === HEAD && doorbell() === ASLEEP,
      () => {
        send(writer, 1);
        writer.ring();
      },
    );
    expect(await handled(1)).toEqual([1]);
    reader.stop();
  });

  test('between its second look and its wait', async () => {
    const { writer, reader, handled } = running();
    beforeCall(
      'waitAsync',
      () => true,
      () => {
        send(writer, 1);
        writer.ring();
      },
    );
    expect(await handled(1)).toEqual([1]);
    reader.stop();
  });
});

/** Runs `action` once, just before the first call of an Atomics function that `matches`. */
function beforeCall(
  name: 'store' | 'load' | 'waitAsync',
  matches: (index: number, value: number | undefined) => boolean,
  action: () => void,
): void {
  vi.restoreAllMocks();
  const original = Atomics[name] as (...parameters: unknown[]) => unknown;
  let done = false;
  vi.spyOn(Atomics, name).mockImplementation(((...parameters: [Int32Array, number, number?]) => {
    if (!done && matches(parameters[1], parameters[2])) {
      done = true;
      action();
    }
    return original(...parameters);
  }) as never);
}
