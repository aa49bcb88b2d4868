import { JsonDocument } from '../json/document.ts';
import { scan } from '../json/scan.ts';
import type { Body, Format } from './format.ts';
import { arrayOf, objectOf, quoted, readingOf } from './json-text.ts';
import { messageJson } from './protobuf.ts';

/**
 * The messages of a gRPC response as an array: `$[*]._1[*]` (gRPC over HTTP/2, "Length-Prefixed-Message"; in gRPC-Web
 * the last frame holds the trailers). A compressed message is shown as `#compressed`, since the body does not name its
 * coding.
 */
export const grpc: Format = {
  name: 'gRPC',
  claims: ({ essence }) => /^application\/grpc(?:-web(?:-text)?)?(?:\+|$)/.test(essence),
  read: (body) => {
    const bytes = body.type?.essence.startsWith(TEXT) ? decodedText(body.bytes) : body.bytes;
    if (bytes === undefined) return { problem: 'it is not base64' };
    const frames: string[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = at + 5 <= bytes.length ? at + 5 + bytes.readUInt32BE(at + 1) : Infinity;
      if (end > bytes.length) return { problem: `frame ${frames.length + 1} has no end` };
      const json = frameJson(bytes[at]!, bytes.subarray(at + 5, end), body);
      if (typeof json !== 'string') return { problem: `frame ${frames.length + 1}: ${json.problem}` };
      frames.push(json);
      at = end;
    }
    return readingOf(arrayOf(frames));
  },
};

const TEXT = 'application/grpc-web-text';

/** Decodes base64 in which padding may follow any frame. Undefined if the text is not base64. */
function decodedText(bytes: Buffer): Buffer | undefined {
  const parts = bytes.toString('latin1').split(/(?<==)(?!=)/);
  return parts.every((part) => part.length % 4 === 0 && /^[A-Za-z\d+/]*={0,2}$/.test(part))
    ? Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')))
    : undefined;
}

function frameJson(flags: number, payload: Buffer, body: Body): string | { readonly problem: string } {
  switch (flags) {
    case 0:
      return body.type?.suffix === 'json' ? jsonMessage(payload) : messageJson(payload, body);
    case 1:
      return objectOf([['#compressed', quoted(payload.toString('base64'))]]);
    case 0x80:
      return objectOf([['#trailers', trailersJson(payload.toString('latin1'))]]);
    default:
      return { problem: `flags 0x${flags.toString(16)} mean nothing` };
  }
}

function jsonMessage(payload: Buffer): string | { readonly problem: string } {
  return scan(payload) instanceof JsonDocument ? payload.toString('latin1') : { problem: 'it is not JSON' };
}

function trailersJson(text: string): string {
  const lines = text.split('\r\n').filter((line) => line !== '');
  return objectOf(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return colon < 0 ? [line, '""'] : [line.slice(0, colon).toLowerCase(), quoted(line.slice(colon + 1).trim())];
    }),
  );
}
