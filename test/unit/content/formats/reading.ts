import type { Body, Format, ProtobufTypes } from '../../../../src/content/formats/format.ts';
import { JsonDocument } from '../../../../src/content/json/document.ts';
import { scan } from '../../../../src/content/json/scan.ts';
import { parseMediaType } from '../../../../src/content/media-type.ts';

export function bodyOf(content: string | Uint8Array, type?: string, protobuf?: ProtobufTypes): Body {
  return {
    bytes: Buffer.from(content as string),
    type: parseMediaType(type),
    ...(protobuf === undefined ? {} : { protobuf }),
  };
}

/** What a format makes of a body, as a JavaScript value; a text that tells the problem where it makes nothing of it. */
export function readTree(format: Format, body: Body): unknown {
  const reading = format.read(body);
  if ('problem' in reading) return `problem: ${reading.problem}`;
  if (!(scan(reading.json) instanceof JsonDocument)) throw new Error(`no JSON: ${reading.json}`);
  return JSON.parse(reading.json.toString());
}

/** The JSON text itself, for what a JavaScript value cannot hold. */
export function readJson(format: Format, body: Body): string {
  const reading = format.read(body);
  return 'problem' in reading ? `problem: ${reading.problem}` : reading.json.toString();
}
