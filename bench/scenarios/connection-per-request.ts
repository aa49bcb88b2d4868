import { PEERS } from '../peers/all.ts';
import { cpuScenario } from './cpu-per-request.ts';
import { saturated } from './work.ts';

export const connectionPerRequest = cpuScenario({
  name: 'connection-per-request',
  about: '1 KiB JSON, 64 at a time, each on a connection of its own, as fast as they are answered',
  peers: PEERS,
  work: () => saturated({ connections: 'one per request' }),
  goals: () => [],
});
