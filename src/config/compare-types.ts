import type { ComparedTargets } from './compared-targets.ts';
import type { Options } from './options.ts';

/** How two responses are compared. What is not told here is as the option of that name says. */
export interface CompareConfig extends Omit<Options['compare'], 'rules' | 'protobuf' | 'origins' | 'maxDecoded'> {
  readonly maxDecoded: number;
  /** Global rules first, then the route's own. */
  readonly rules: readonly Rule[];
  /** Absent: protobuf messages are compared by field number. */
  readonly protobuf?: ProtobufConfig;
  /** What a response may say of its target, and of how the target was asked. Absent: nothing is known of them. */
  readonly targets?: ComparedTargets;
}

export interface ProtobufConfig {
  readonly descriptors: DescriptorSet;
  /** The full name of the message type of the responses, where neither they nor a gRPC method tell it. */
  readonly message?: string;
}

/** A FileDescriptorSet that was read along with the configuration. Routes with the same file share one object. */
export interface DescriptorSet {
  readonly file: string;
  readonly base64: string;
}

export type BodyFormat = NonNullable<CompareConfig['format']>;

/** One accepted or re-interpreted difference. It is about a `path` or a `header`, or else about the status. */
export type Rule = Options['compare']['rules'][number] & {
  /** `file:line` or `flag`, for warnings. */
  readonly origin: string;
};
