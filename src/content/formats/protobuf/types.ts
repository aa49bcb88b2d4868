import type { DescriptorSet, ProtobufConfig } from '../../../config/compare-types.ts';
import { type Descriptors, readDescriptors } from '../../../lib/protobuf/descriptors.ts';
import type { ProtobufTypes } from '../format.ts';

/** Routes share their descriptor sets, and so share the parsed descriptors. */
const readSets = new WeakMap<DescriptorSet, Descriptors | undefined>();

/** What is known about the messages in the bodies of an exchange, by the target of its request. */
export type MessageTypes = (target: string, part: 'request' | 'response') => { readonly protobuf?: ProtobufTypes };

/**
 * A gRPC method determines the types of request and response; otherwise the configuration names the type of the
 * response.
 */
export function messageTypes(config: ProtobufConfig | undefined): MessageTypes {
  const descriptors = config && descriptorsOf(config.descriptors);
  if (descriptors === undefined) return () => ({});
  return (target, part) => {
    const method = descriptors.methods.get(methodOf(target));
    const message = method?.[part] ?? (part === 'response' ? config?.message : undefined);
    return { protobuf: { descriptors, ...(message === undefined ? {} : { message }) } };
  };
}

function descriptorsOf(set: DescriptorSet): Descriptors | undefined {
  if (!readSets.has(set)) readSets.set(set, readDescriptors(Buffer.from(set.base64, 'base64')));
  return readSets.get(set);
}

/** The last two segments of the path (gRPC over HTTP/2, "Requests"): a gateway may put a prefix before them. */
function methodOf(target: string): string {
  const [path = ''] = target.split('?', 1);
  const [service = '', method = ''] = path.split('/').slice(-2);
  return service === '' || method === '' ? '' : `${service}/${method}`;
}
