import { describe, expect, test } from 'vitest';
import { CONTROL_PAYLOAD, Tape } from '../../../src/tape/layout.ts';
import { TapeReader } from '../../../src/tape/reader.ts';
import { TapeWriter } from '../../../src/tape/writer.ts';

const DATA = 1;
const OPEN = 2;
const END = 3;
const DATA_OFFSET = 384;

interface Frame {
  kind: number;
  exchange: number;
  text: string;
}

function tape(capacity = 512) {
  const memory = Tape.allocate(capacity);
  return { memory, writer: new TapeWriter(memory), reader: new TapeReader(memory) };
}

function write(writer: TapeWriter, at: number, kind: number, exchange: number, text: string): boolean {
  if (at < 0) return false;
  writer.bytes.write(text, at, 'latin1');
  writer.commit(kind, exchange, text.length);
  return true;
}

function data(writer: TapeWriter, text: string, exchange = 1): boolean {
  return write(writer, writer.claim(text.length), DATA, exchange, text);
}

function open(writer: TapeWriter, text: string, exchange = 1): boolean {
  return write(writer, writer.claimOpening(text.length), OPEN, exchange, text);
}

function read(reader: TapeReader, budget = Number.POSITIVE_INFINITY): Frame[] {
  const frames: Frame[] = [];
  reader.read((kind, exchange, bytes, start, end) => {
    frames.push({ kind, exchange, text: bytes.toString('latin1', start, end) });
  }, budget);
  return frames;
}

function texts(frames: Frame[]): string[] {
  return frames.map((frame) => frame.text);
}

describe('memory', () => {
  test.each([0, 504, 516, 1000.5, 2 ** 30 + 8, Number.NaN, -512])('of %d bytes is refused', (capacity) => {
    expect(() => Tape.allocate(capacity)).toThrow(RangeError);
  });

  test.each([512, 520, 1000, 65_536])('of %d bytes holds that many bytes of frames', (capacity) => {
    const { writer } = tape(capacity);
    while (data(writer, ''));
    expect(writer.used).toBe(capacity);
  });
});

describe('frames', () => {
  test('arrive in order with their kind, exchange and bytes', () => {
    const { writer, reader } = tape();
    open(writer, 'GET /', 0);
    data(writer, '', 0xffff_ffff);
    write(writer, writer.claim(9), 255, 0x8000_0000, 'past 2^31');
    write(writer, writer.claimControl(3), END, 0, 'end');
    expect(read(reader)).toEqual([
      { kind: OPEN, exchange: 0, text: 'GET /' },
      { kind: DATA, exchange: 0xffff_ffff, text: '' },
      { kind: 255, exchange: 0x8000_0000, text: 'past 2^31' },
      { kind: END, exchange: 0, text: 'end' },
    ]);
  });

  test('may be shorter than their claim, and then take no more room than they need', () => {
    const { writer, reader } = tape();
    write(writer, writer.claim(100), DATA, 1, 'short');
    expect(writer.used).toBe(16);
    data(writer, 'next');
    expect(texts(read(reader))).toEqual(['short', 'next']);
  });

  test('have numbers written through the view at the same offsets', () => {
    const { writer, reader } = tape();
    data(writer, 'elsewhere');
    const at = writer.claim(8);
    writer.view.setFloat64(at, Math.PI, true);
    writer.commit(DATA, 1, 8);
    const numbers: number[] = [];
    reader.read((_kind, _exchange, bytes, start) => numbers.push(bytes.readDoubleLE(start)), 2);
    expect(numbers[1]).toBe(Math.PI);
  });

  test('do not exist before they are committed', () => {
    const { writer, reader } = tape();
    writer.bytes.write('half', writer.claim(8), 'latin1');
    expect(read(reader)).toEqual([]);
    expect(writer.used).toBe(0);
  });

  test('of a writer that died within a claim leave nothing; its successor goes on from the last commit', () => {
    const { memory, writer, reader } = tape();
    data(writer, 'whole');
    writer.bytes.fill(0xff, writer.claim(100), 100);
    data(new TapeWriter(memory), 'successor');
    expect(texts(read(reader))).toEqual(['whole', 'successor']);
  });

  test('of the last claim alone count', () => {
    const { writer, reader } = tape();
    writer.claimOpening(100);
    data(writer, 'second');
    expect(texts(read(reader))).toEqual(['second']);
    expect(() => writer.claimControl(0)).toThrow(RangeError);
  });

  test('that do not fit before the end of the data continue at its start, whole', () => {
    const { writer, reader } = tape(512);
    const sent: string[] = [];
    const got: string[] = [];
    for (let round = 0; round < 100; round++) {
      const text = String(round).padStart(40 + (round % 60), '.');
      expect(data(writer, text)).toBe(true);
      sent.push(text);
      got.push(...texts(read(reader)));
    }
    expect(got).toEqual(sent);
    expect(writer.used).toBe(0);
  });

  test('leave room again one by one while the reader reads', () => {
    const { writer, reader } = tape();
    while (data(writer, 'x'.repeat(100)));
    const before = writer.used;
    let during = 0;
    reader.read(() => {
      during ||= writer.used;
    }, 2);
    expect(during).toBe(before);
    expect(writer.used).toBe(before - 2 * 112);
  });

  test('are claimed again once the reader has made room', () => {
    const { writer, reader } = tape();
    while (data(writer, 'x'.repeat(100)));
    expect(writer.claim(100)).toBe(-1);
    read(reader, 1);
    expect(writer.claim(100)).toBeGreaterThan(0);
  });
});

describe('the writer', () => {
  test('never takes a frame beyond its largest, and always takes that in an empty tape', () => {
    for (let before = 0; before < 512; before += 8) {
      const { writer, reader } = tape(512);
      expect(writer.largest).toBeLessThanOrEqual(512 / 4);
      for (let filled = 0; filled < before; filled += 8) data(writer, '');
      read(reader);
      expect(writer.claim(writer.largest + 1)).toBe(-1);
      expect(open(writer, 'x'.repeat(writer.largest))).toBe(true);
      expect(texts(read(reader))).toEqual(['x'.repeat(writer.largest)]);
    }
  });

  test('refuses to commit more than it claimed, without a claim, twice, or with a reserved kind', () => {
    const { writer, reader } = tape();
    expect(() => writer.commit(DATA, 1, 0)).toThrow(RangeError);
    writer.claim(8);
    expect(() => writer.commit(DATA, 1, 9)).toThrow(RangeError);
    expect(() => writer.commit(DATA, 1, -1)).toThrow(RangeError);
    expect(() => writer.commit(0, 1, 8)).toThrow(RangeError);
    expect(() => writer.commit(256, 1, 8)).toThrow(RangeError);
    writer.commit(DATA, 1, 8);
    expect(() => writer.commit(DATA, 1, 8)).toThrow(RangeError);
    expect(read(reader)).toHaveLength(1);
  });

  test('refuses control frames that are too long, or of exchanges that are not open', () => {
    const { writer } = tape();
    expect(() => writer.claimControl(0)).toThrow(RangeError);
    open(writer, '');
    expect(() => writer.claimControl(CONTROL_PAYLOAD + 1)).toThrow(RangeError);
    write(writer, writer.claimControl(CONTROL_PAYLOAD), END, 1, '');
    expect(() => writer.claimControl(0)).toThrow(RangeError);
  });

  test('has room for the control frame of every open exchange, wherever the tape stands when it is full', () => {
    for (let before = 0; before < 1024; before += 8) {
      const { writer, reader } = tape(1024);
      for (let filled = 0; filled < before; filled += 8) data(writer, '');
      read(reader);
      let exchanges = 0;
      while (exchanges < 5 && open(writer, 'head', exchanges)) exchanges++;
      while (data(writer, ''));
      expect(writer.claimOpening(0)).toBe(-1);
      for (let exchange = 0; exchange < exchanges; exchange++) {
        write(writer, writer.claimControl(CONTROL_PAYLOAD), END, exchange, String(exchange).repeat(CONTROL_PAYLOAD));
      }
      expect(writer.used).toBeLessThanOrEqual(1024);
      const ends = read(reader).filter((frame) => frame.kind === END);
      expect(texts(ends)).toEqual(['0', '1', '2', '3', '4'].map((digit) => digit.repeat(CONTROL_PAYLOAD)));
    }
  });

  test('opens no exchange whose control frame would not fit, though its first frame would', () => {
    const { writer } = tape(512);
    while (data(writer, '') && writer.used < 512 - 40);
    expect(writer.claim(8)).toBeGreaterThan(0);
    expect(writer.claimOpening(8)).toBe(-1);
  });
});

describe('the reader', () => {
  test('reads no more than its budget, and says how many it read', () => {
    const { writer, reader } = tape();
    for (const text of ['a', 'b', 'c']) data(writer, text);
    expect(reader.read(() => {}, 2)).toBe(2);
    expect(reader.read(() => {}, 2)).toBe(1);
    expect(reader.read(() => {}, 2)).toBe(0);
  });

  test('is past a frame whose handling threw, and passes the error on', () => {
    const { writer, reader } = tape();
    for (const text of ['a', 'b']) data(writer, text);
    const failure = new Error('handling failed');
    expect(() =>
      reader.read(() => {
        throw failure;
      }, 2),
    ).toThrow(failure);
    expect(writer.used).toBe(16);
    expect(texts(read(reader))).toEqual(['b']);
  });

  test('that takes over from another goes on behind what that one read', () => {
    const { memory, writer, reader } = tape();
    for (const text of ['a', 'b', 'c']) data(writer, text);
    read(reader, 2);
    expect(texts(read(new TapeReader(memory)))).toEqual(['c']);
  });

  test('agrees with the writer on the bytes in the ring', () => {
    const { writer, reader } = tape();
    for (let round = 0; round < 50; round++) {
      data(writer, 'x'.repeat(round));
      if (round % 3 === 0) read(reader, 2);
      expect(reader.used).toBe(writer.used);
    }
    expect(reader.used).toBeGreaterThan(0);
  });

  test.each([
    ['beyond what was written', 16],
    ['beyond the end of the data', 0xff_ffff],
  ])('drops what is on a tape with a length %s, says so, and reads what comes next', (_where, length) => {
    const { memory, writer, reader } = tape();
    data(writer, 'corrupt');
    const words = new Int32Array(memory, DATA_OFFSET);
    words[0] = (length << 8) | DATA;
    expect(() => read(reader)).toThrow('corrupt');
    expect(writer.used).toBe(0);
    data(writer, 'intact');
    expect(texts(read(reader))).toEqual(['intact']);
  });

  test('never hands out bytes beyond the end of the data', () => {
    const { memory, writer, reader } = tape();
    for (let filled = 0; filled < 480; filled += 8) data(writer, '');
    read(reader);
    data(writer, '');
    data(writer, 'x'.repeat(100));
    const words = new Int32Array(memory, DATA_OFFSET);
    words[480 / 4] = (48 << 8) | DATA;
    expect(() => read(reader)).toThrow('corrupt');
  });
});

test('more than 2^32 bytes pass unharmed through a ring that does not divide them', () => {
  const { writer, reader } = tape(80_000_024);
  let sum = 0;
  let passed = 0;
  for (let round = 0; passed < 2 ** 32 + 2 ** 28; round++) {
    const length = writer.largest - (round % 7) * 1000;
    const at = writer.claim(length);
    writer.view.setUint32(at, round);
    writer.commit(DATA, round, length);
    passed += length;
    sum += reader.read((_kind, exchange, bytes, start, end) => {
      expect([exchange, bytes.readUInt32BE(start), end - start]).toEqual([round, round, length]);
    }, 2);
    expect(sum).toBe(round + 1);
  }
  expect(writer.used).toBe(0);
});

test('positions of the largest tape fit their cells', () => {
  const capacity = 2 ** 30;
  const { writer, reader } = tape(capacity);
  for (let round = 0; round < 200; round++) {
    writer.claim(writer.largest);
    writer.commit(DATA, round, writer.largest);
    const seen: number[] = [];
    reader.read((_kind, exchange) => seen.push(exchange), 2);
    expect(seen).toEqual([round]);
    expect(writer.used).toBe(0);
  }
});
