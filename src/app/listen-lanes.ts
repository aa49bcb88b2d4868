import type { ListenAddress } from '../config/address.ts';
import type { Lane } from './lane.ts';
import { notListening } from './listen-trial.ts';

/** The first lane takes the port, the others share it. Resolves to the address with that port. */
export async function listenLanes(lanes: readonly Lane[], address: ListenAddress): Promise<ListenAddress> {
  const sharing = lanes.length > 1 ? 'shared' : 'exclusive';
  let bound = address;
  try {
    for (const lane of lanes) bound = { ...address, port: await lane.listen(bound, sharing) };
  } catch (error) {
    throw notListening(address, error as NodeJS.ErrnoException);
  }
  return bound;
}
