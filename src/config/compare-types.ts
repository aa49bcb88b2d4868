import type { ComparedTargets } from './compared-targets.ts';
import type { Options } from './options.ts';

/** How two responses are compared. Members without a comment are explained at the option of the same name. */
export interface CompareConfig extends Omit<Options['compare'], 'rules' | 'protobuf' | 'origins' | 'maxDecoded'> {
  readonly maxDecoded: number;
  /** Global rules first, then the route's own. */
  readonly rules: readonly Rule[];
  /** Absent: protobuf messages are compared by field number. */
  readonly protobuf?: ProtobufConfig;
  /** What a response may say about its target, and how the target was asked. Absent: unknown. */
  readonly targets?: ComparedTargets;
}

export interface ProtobufConfig {
  readonly descriptors: DescriptorSet;
  /** The full name of the responses' message type, used where neither the response nor a gRPC method says it. */
  readonly message?: string;
}

/** A FileDescriptorSet, read together with the configuration. Routes with the same file share one object. */
export interface DescriptorSet {
  readonly file: string;
  readonly base64: string;
}

export type BodyFormat = NonNullable<CompareConfig['format']>;

/** A difference that is accepted or interpreted differently. It is about a `path`, a `header` or the status. */
export type Rule = Options['compare']['rules'][number] & {
  /** `file:line` or `flag`, for warnings. */
  readonly origin: string;
};
