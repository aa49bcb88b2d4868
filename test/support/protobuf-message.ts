/** Writes protobuf messages by hand, field by field. */
export const field = {
  varint: (number: number, value: bigint | number) => Buffer.concat([tag(number, 0), varint(value)]),
  length: (number: number, ...content: (Uint8Array | string)[]) => {
    const bytes = Buffer.concat(content.map((part) => Buffer.from(part as string)));
    return Buffer.concat([tag(number, 2), varint(bytes.length), bytes]);
  },
  double: (number: number, value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return Buffer.concat([tag(number, 1), bytes]);
  },
  float: (number: number, value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeFloatLE(value);
    return Buffer.concat([tag(number, 5), bytes]);
  },
  group: (number: number, ...content: Uint8Array[]) => Buffer.concat([tag(number, 3), ...content, tag(number, 4)]),
};

export function varint(value: bigint | number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

function tag(number: number, wireType: number): Buffer {
  return varint(number * 8 + wireType);
}
