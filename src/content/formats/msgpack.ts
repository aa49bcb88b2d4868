import type { Format } from './format.ts';
import { objectOf, quoted, readingOf } from './json-text.ts';

/*
 * MessagePack as JSON text, by its specification's table of first bytes. Integers are written digit for digit. A value
 * without a JSON counterpart is an object with one member: `#bin` or `#ext` with base64 data, `#timestamp`, or `#float`
 * for a float that is not finite. A key that is not a string is written as `#` and its JSON text; a string that begins
 * with `#` gets a second one. Open containers are on a stack, so depth costs nothing.
 */

export const msgpack: Format = {
  name: 'MessagePack',
  claims: ({ essence, suffix }) => MSGPACK_TYPES.has(essence) || suffix === 'msgpack',
  read: ({ bytes }) => {
    try {
      return readingOf(new Decoder(bytes).document());
    } catch (error) {
      if (error instanceof Malformed) return { problem: error.message };
      throw error;
    }
  },
};

const MSGPACK_TYPES: ReadonlySet<string> = new Set([
  'application/msgpack',
  'application/vnd.msgpack',
  'application/x-msgpack',
]);

class Malformed extends Error {}

/** A map or array whose head has been read. */
interface Container {
  readonly isMap: boolean;
  readonly length: number;
  read: number;
}

class Decoder {
  readonly #bytes: Buffer;
  readonly #open: Container[] = [];
  #at = 0;
  #json = '';

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  document(): string {
    this.#value();
    for (let top = this.#open.at(-1); top !== undefined; top = this.#open.at(-1)) {
      if (top.read === top.length) {
        this.#json += top.isMap ? '}' : ']';
        this.#open.pop();
        continue;
      }
      if (top.read++ > 0) this.#json += ',';
      if (top.isMap) this.#json += `${quoted(this.#key())}:`;
      this.#value();
    }
    if (this.#at < this.#bytes.length) throw new Malformed(`something follows the value at byte ${this.#at}`);
    return this.#json;
  }

  #value(): void {
    const first = this.#byte();
    const elements = this.#elements(first);
    const members = elements === undefined ? this.#members(first) : undefined;
    const length = elements ?? members;
    if (length === undefined) this.#json += this.#scalar(first);
    else {
      const isMap = members !== undefined;
      // Each element takes at least one byte, so a head can't announce more elements than there are bytes.
      this.#need(isMap ? 2 * length : length);
      this.#json += isMap ? '{' : '[';
      this.#open.push({ isMap, length, read: 0 });
    }
  }

  #key(): string {
    const at = this.#at;
    const first = this.#byte();
    const length = this.#stringLength(first);
    if (length !== undefined) {
      const text = this.#text(length);
      return text.startsWith('#') ? `#${text}` : text;
    }
    if (this.#elements(first) !== undefined || this.#members(first) !== undefined) {
      throw new Malformed(`the key of a map is a container at byte ${at}`);
    }
    return `#${this.#scalar(first)}`;
  }

  #elements(first: number): number | undefined {
    if (first >> 4 === 0x9) return first & 0x0f;
    return first === 0xdc || first === 0xdd ? this.#length(first - 0xdc + 1) : undefined;
  }

  #members(first: number): number | undefined {
    if (first >> 4 === 0x8) return first & 0x0f;
    return first === 0xde || first === 0xdf ? this.#length(first - 0xde + 1) : undefined;
  }

  #stringLength(first: number): number | undefined {
    if (first >> 5 === 0b101) return first & 0x1f;
    return first >= 0xd9 && first <= 0xdb ? this.#length(first - 0xd9) : undefined;
  }

  #scalar(first: number): string {
    const length = this.#stringLength(first);
    if (length !== undefined) return quoted(this.#text(length));
    if (first < 0x80) return String(first);
    if (first >= 0xe0) return String(first - 0x100);
    if (first >= 0xd4 && first <= 0xd8) return this.#extension(2 ** (first - 0xd4));
    const at = this.#at;
    switch (first) {
      case 0xc0:
        return 'null';
      case 0xc2:
        return 'false';
      case 0xc3:
        return 'true';
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return objectOf([['#bin', quoted(this.#take(this.#length(first - 0xc4)).toString('base64'))]]);
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#length(first - 0xc7));
      case 0xca:
        return float(this.#take(4).readFloatBE());
      case 0xcb:
        return float(this.#take(8).readDoubleBE());
      case 0xcc:
      case 0xcd:
      case 0xce:
        return String(this.#length(first - 0xcc));
      case 0xcf:
        return String(this.#take(8).readBigUInt64BE());
      case 0xd0:
      case 0xd1:
      case 0xd2: {
        const size = 2 ** (first - 0xd0);
        return String(this.#take(size).readIntBE(0, size));
      }
      case 0xd3:
        return String(this.#take(8).readBigInt64BE());
      default:
        throw new Malformed(`a value never begins with 0x${first.toString(16)} at byte ${at - 1}`);
    }
  }

  #extension(length: number): string {
    const type = this.#take(1).readInt8();
    const data = this.#take(length);
    const timestamp = type === -1 ? timestampOf(data) : undefined;
    if (timestamp !== undefined) return objectOf([['#timestamp', quoted(timestamp)]]);
    return objectOf([
      [
        '#ext',
        objectOf([
          ['type', String(type)],
          ['data', quoted(data.toString('base64'))],
        ]),
      ],
    ]);
  }

  /** An unsigned number of 1, 2 or 4 bytes. */
  #length(exponent: number): number {
    const size = 2 ** exponent;
    return this.#take(size).readUIntBE(0, size);
  }

  /** One character per byte. */
  #text(length: number): string {
    return this.#take(length).toString('latin1');
  }

  #byte(): number {
    return this.#take(1)[0]!;
  }

  #take(length: number): Buffer {
    this.#need(length);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #need(length: number): void {
    if (length > this.#bytes.length - this.#at) throw new Malformed(`it ends too early, at byte ${this.#bytes.length}`);
  }
}

function float(value: number): string {
  if (!Number.isFinite(value)) return objectOf([['#float', quoted(String(value))]]);
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Undefined where the timestamp is out of the range of dates. */
function timestampOf(data: Buffer): string | undefined {
  switch (data.length) {
    case 4:
      return dateText(BigInt(data.readUInt32BE()), 0);
    case 8: {
      const both = data.readBigUInt64BE();
      return dateText(both & 0x3_ffff_ffffn, Number(both >> 34n));
    }
    case 12:
      return dateText(data.readBigInt64BE(4), data.readUInt32BE());
    default:
      return undefined;
  }
}

const LATEST_DATE = 8_640_000_000_000n;

function dateText(seconds: bigint, nanoseconds: number): string | undefined {
  if (seconds > LATEST_DATE || seconds < -LATEST_DATE || nanoseconds > 999_999_999) return undefined;
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, -5);
  return nanoseconds === 0 ? `${whole}Z` : `${whole}.${String(nanoseconds).padStart(9, '0')}Z`;
}
