import fc from 'fast-check';
import { field } from '../../support/protobuf-message.ts';

/** A body of each format, with as many of its constructs as fit, to be mutated. */
export const seeds: Readonly<Record<string, string | Buffer>> = {
  'application/json':
    '{"id":1,"a":[1,2.50,{"b":"\\u00e9"},{"id":2,"t":"2026-01-01T00:00:00Z"}],"c":null,"j":"[1]","k":{"1":{},"2":{},"3":{},"4":{}}}',
  'application/yaml': '# c\na: &x [1, 0x1F, 1.50, "q"]\nb: *x\n? [k]\n: !t |\n  text\n---\nnull\n',
  'text/javascript': '/**/ typeof cb === "function" && cb({"a":[1,2]});',
  'application/octet-stream': '{"a":1}{"b":["}"]}\n[2]',
  'text/plain': 'one two three\r\nfour\n\nfünf, sechs; seven\n',
  'application/x-ndjson': '{"a":[1,2.50,"x"]}\n\n{"b":null}\r\n"\\u00e9"\n',
  'application/json-seq': '\x1e{"a":1}\n\x1e[true]\n',
  'text/event-stream': ': hi\nevent: tick\nid: 7\ndata: {"a":\ndata: 1}\n\ndata: [DONE]\r\n\r\ndata: x',
  'text/csv': 'id,name,id\r\n1,"a ""q"", b",3\n"2"\n3,4,5,6\n',
  'text/csv; header=absent': 'a;b\n"x;y";2\n',
  'text/html':
    '<!DOCTYPE html><html lang=en><head><title>T</title></head><body><p class="a b">x <b>y</b>&amp;<br><!--c--><ul><li>1<li>2</ul><pre> a\n</pre><script>a<b</script>',
  'application/xml':
    '<?xml version="1.0"?><!DOCTYPE o><o a="1" xmlns:n="u" n:b="n:c"><!--c--><n:e xmlns="v">n:x</n:e><p id="x">t<q/>u</p><?pi x?><![CDATA[<x>]]>&lt;&#233;</o>',
  'application/x-www-form-urlencoded': 'a=1&b=%C3%A9+x&a=2&&c&=z&d=%ff',
  'multipart/form-data; boundary=b':
    '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; name=f; filename="x"\r\nContent-Type: application/json\r\n\r\n{"n":1}\r\n--b--\r\n',
  'multipart/mixed; boundary=b': '--b\r\nContent-Type: application/json\r\n\r\n{"n":1}\r\n--b\r\n\r\nx\r\n--b--',
  'application/msgpack': Buffer.from(
    '83a1619901ffcf8000000000000000d38000000000000000cb3ff8000000000000c0c3c4027879a2c3a9a174d7ff0000001c0000000501a16b',
    'hex',
  ),
  'application/x-protobuf': Buffer.concat([
    field.varint(1, 300),
    field.length(2, 'text'),
    field.length(3, field.length(1, field.double(4, 0.1)), field.group(5, field.float(6, 1))),
    field.length(7, Buffer.from([0xff, 0])),
  ]),
  'application/vnd.google.protobuf; encoding=delimited': field.length(0, field.varint(1, 1)).subarray(1),
  'application/grpc-web+proto': Buffer.from('000000000208018000000010677270632d7374617475733a20300d0a', 'hex'),
  'application/grpc-web-text': 'AAAAAAIIAQ==AAAAAAIIAg==',
  'image/png': Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'),
};

/** Constructs that readers of such formats trip over. */
const fragments = [
  '"',
  '""',
  '<',
  '</',
  '<!--',
  ']]>',
  '&',
  '&#0;',
  '%',
  '\r\n',
  '\n\n',
  '\0',
  '\u{feff}',
  '\ud800',
  '--b',
  '{',
  '[',
  ',',
  ';',
  'é',
  '\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01',
];

export interface Mutation {
  readonly at: number;
  readonly removed: number;
  readonly inserted: Uint8Array;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(),
  removed: fc.oneof(fc.constant(0), fc.nat(4), fc.nat(200)),
  inserted: fc.oneof(
    fc.uint8Array({ maxLength: 4 }),
    fc.constantFrom(...fragments).map((text) => Buffer.from(text)),
    fc.tuple(fc.constantFrom(...fragments), fc.nat(50)).map(([text, times]) => Buffer.from(text.repeat(times))),
  ),
});

export function mutated(seed: Buffer, mutations: readonly Mutation[]): Buffer {
  let bytes = seed;
  for (const { at, removed, inserted } of mutations) {
    const place = at % (bytes.length + 1);
    bytes = Buffer.concat([bytes.subarray(0, place), inserted, bytes.subarray(place + removed)]);
  }
  return bytes;
}
