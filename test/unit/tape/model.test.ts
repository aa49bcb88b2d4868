/**
 * The tape against a queue. Random commands open exchanges, send data, end, abandon and read; what is read must be what
 * was accepted, in order and to the byte, and a control frame must be accepted at every moment. At the end of each run
 * all open exchanges send the longest control frame with nobody reading.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CONTROL_FRAME, CONTROL_PAYLOAD, frameSize, Tape } from '../../../src/tape/layout.ts';
import { TapeReader } from '../../../src/tape/reader.ts';
import { TapeWriter } from '../../../src/tape/writer.ts';

const OPEN = 1;
const DATA = 2;
const END = 3;
const ABANDON = 4;

interface Frame {
  kind: number;
  exchange: number;
  text: string;
}

interface Model {
  queue: Frame[];
  open: number[];
  opened: number;
}

class Real {
  readonly capacity: number;
  readonly writer: TapeWriter;
  readonly reader: TapeReader;
  #written = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    const memory = Tape.allocate(capacity);
    this.writer = new TapeWriter(memory);
    this.reader = new TapeReader(memory);
  }

  /** Writes a frame of unique bytes into a claim. */
  write(at: number, kind: number, exchange: number, length: number): Frame {
    const text =
      length === 0
        ? ''
        : String(this.#written++)
            .padStart(length, '.')
            .slice(-length);
    const frame = { kind, exchange, text };
    this.writer.bytes.write(frame.text, at, 'latin1');
    this.writer.commit(kind, exchange, length);
    return frame;
  }

  read(budget: number): Frame[] {
    const frames: Frame[] = [];
    const count = this.reader.read((kind, exchange, bytes, start, end) => {
      frames.push({ kind, exchange, text: bytes.toString('latin1', start, end) });
    }, budget);
    expect(count).toBe(frames.length);
    return frames;
  }

  /** Whether a frame must be accepted, by a bound that knows nothing of positions. */
  mustAccept(length: number, openAfter: number): boolean {
    const padding = Math.max(frameSize(length), CONTROL_FRAME);
    return this.writer.used + frameSize(length) + openAfter * CONTROL_FRAME + padding <= this.capacity;
  }
}

abstract class Command implements fc.Command<Model, Real> {
  check(_model: Readonly<Model>): boolean {
    return true;
  }

  abstract run(model: Model, real: Real): void;
}

class Open extends Command {
  readonly length: number;

  constructor(length: number) {
    super();
    this.length = length;
  }

  run(model: Model, real: Real): void {
    const length = Math.min(this.length, real.writer.largest);
    const exchange = model.opened;
    const before = real.writer.used;
    const at = real.writer.claimOpening(length);
    if (at === -1) {
      expect(real.mustAccept(length, model.open.length + 1)).toBe(false);
      expect(real.writer.used).toBe(before);
      return;
    }
    model.queue.push(real.write(at, OPEN, exchange, length));
    model.open.push(exchange);
    model.opened++;
  }

  override toString(): string {
    return `open(${this.length})`;
  }
}

class Data extends Command {
  readonly choice: number;
  readonly length: number;
  /** Bytes claimed and not used. */
  readonly slack: number;

  constructor(choice: number, length: number, slack: number) {
    super();
    this.choice = choice;
    this.length = length;
    this.slack = slack;
  }

  override check(model: Readonly<Model>): boolean {
    return model.open.length > 0;
  }

  run(model: Model, real: Real): void {
    const exchange = model.open[this.choice % model.open.length]!;
    const claimed = Math.min(this.length + this.slack, real.writer.largest);
    const before = real.writer.used;
    const at = real.writer.claim(claimed);
    if (at === -1) {
      expect(real.mustAccept(claimed, model.open.length)).toBe(false);
      expect(real.writer.used).toBe(before);
      return;
    }
    model.queue.push(real.write(at, DATA, exchange, Math.min(this.length, claimed)));
  }

  override toString(): string {
    return `data(${this.choice}, ${this.length}+${this.slack})`;
  }
}

class Last extends Command {
  readonly kind: typeof END | typeof ABANDON;
  readonly choice: number;
  readonly length: number;

  constructor(kind: typeof END | typeof ABANDON, choice: number, length: number) {
    super();
    this.kind = kind;
    this.choice = choice;
    this.length = length;
  }

  override check(model: Readonly<Model>): boolean {
    return model.open.length > 0;
  }

  run(model: Model, real: Real): void {
    const [exchange] = model.open.splice(this.choice % model.open.length, 1);
    const at = real.writer.claimControl(this.length);
    model.queue.push(real.write(at, this.kind, exchange!, this.length));
    expect(real.writer.used).toBeLessThanOrEqual(real.capacity);
  }

  override toString(): string {
    return `${this.kind === END ? 'end' : 'abandon'}(${this.choice}, ${this.length})`;
  }
}

class Read extends Command {
  readonly budget: number;

  constructor(budget: number) {
    super();
    this.budget = budget;
  }

  run(model: Model, real: Real): void {
    expect(real.read(this.budget)).toEqual(model.queue.splice(0, this.budget));
    expect(real.reader.used).toBe(real.writer.used);
    if (model.queue.length === 0) expect(real.writer.used).toBe(0);
  }

  override toString(): string {
    return `read(${this.budget})`;
  }
}

const choice = fc.nat(31);
const payload = fc.oneof(fc.nat(24), fc.nat(300));
const controlPayload = fc.oneof(fc.constant(CONTROL_PAYLOAD), fc.nat(CONTROL_PAYLOAD));
const commands = fc.commands<Model, Real>(
  [
    payload.map((length) => new Open(length)),
    payload.map((length) => new Open(length)),
    fc.tuple(choice, payload, fc.nat(40)).map(([which, length, slack]) => new Data(which, length, slack)),
    fc.tuple(choice, payload, fc.constant(0)).map(([which, length, slack]) => new Data(which, length, slack)),
    fc.tuple(choice, controlPayload).map(([which, length]) => new Last(END, which, length)),
    fc.tuple(choice, controlPayload).map(([which, length]) => new Last(ABANDON, which, length)),
    fc.integer({ min: 1, max: 20 }).map((budget) => new Read(budget)),
  ],
  { maxCommands: 300, size: 'max' },
);

test('the tape is a queue that refuses whole frames, and no control frame', () => {
  fc.assert(
    fc.property(fc.integer({ min: 64, max: 200 }), commands, (eighths, run) => {
      const model: Model = { queue: [], open: [], opened: 0 };
      const real = new Real(eighths * 8);
      fc.modelRun(() => ({ model, real }), run);
      while (model.open.length > 0) new Last(ABANDON, 0, CONTROL_PAYLOAD).run(model, real);
      new Read(Number.POSITIVE_INFINITY).run(model, real);
    }),
    { numRuns: 500 },
  );
});
