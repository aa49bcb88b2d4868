import type { DescriptorSet, ProtobufConfig } from '../../../config/compare-types.ts';
import { type Descriptors, readDescriptors } from '../../../lib/protobuf/descriptors.ts';
import type { ProtobufTypes } from '../format.ts';

/** Routes share their descriptor sets, and so what was read from them. */
const readSets = new WeakMap<DescriptorSet, Descriptors | undefined>();

/**
 * What is known of the messages that answer a request, by its target: a gRPC method says what it answers with, for any
 * other request the configuration does.
 */
export function protobufTypes(
  config: ProtobufConfig | undefined,
): (target: string) => { readonly protobuf?: ProtobufTypes } {
  const descriptors = config && descriptorsOf(config.descriptors);
  if (descriptors === undefined) return () => ({});
  return (target) => {
    const message = descriptors.answers.get(methodOf(target)) ?? config?.message;
    return { protobuf: { descriptors, ...(message === undefined ? {} : { message }) } };
  };
}

function descriptorsOf(set: DescriptorSet): Descriptors | undefined {
  if (!readSets.has(set)) readSets.set(set, readDescriptors(Buffer.from(set.base64, 'base64')));
  return readSets.get(set);
}

/** The last two segments of the path (gRPC over HTTP/2, "Requests"): a gateway may put a prefix before them. */
function methodOf(target: string): string {
  return /([^/]+\/[^/]+)$/.exec(target.replace(/\?.*$/s, ''))?.[1] ?? '';
}
