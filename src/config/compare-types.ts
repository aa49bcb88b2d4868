import type { ComparedTargets } from './compared-targets.ts';
import type { Rule } from './rule-types.ts';

export interface CompareConfig {
  /** Header names in lower case that are not compared: the defaults and the configured ones. */
  readonly ignoreHeaders: readonly string[];
  /** Global rules first, then the route's own. */
  readonly rules: readonly Rule[];
  /** Largest decoded body, in bytes, that is compared structurally. */
  readonly maxDecoded: number;
  /** Milliseconds that the comparison of one pair may take. */
  readonly budget: number;
  /** What the bodies are, whatever their types say. Absent: what these say, and what the bodies look like. */
  readonly format?: BodyFormat;
  /** Absent: protobuf messages are compared by field number. */
  readonly protobuf?: ProtobufConfig;
  /** What a response may say of its target, and of how the target was asked. Absent: nothing is known of them. */
  readonly targets?: ComparedTargets;
}

/** How bodies are read: for the configuration, and for what a media type stands for. */
export const BODY_FORMATS = [
  'json',
  'ndjson',
  'json-seq',
  'event-stream',
  'csv',
  'html',
  'xml',
  'yaml',
  'form',
  'multipart',
  'msgpack',
  'protobuf',
  'grpc',
  'text',
  'binary',
] as const;

export type BodyFormat = (typeof BODY_FORMATS)[number];

export interface ProtobufConfig {
  readonly descriptors: DescriptorSet;
  /** The full name of the message type of the answers, where neither they nor a gRPC method tell it. */
  readonly message?: string;
}

/** A FileDescriptorSet that was read along with the configuration. Routes with the same file share one object. */
export interface DescriptorSet {
  readonly file: string;
  readonly base64: string;
}
