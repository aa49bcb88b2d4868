import { pathOfSize } from '../origin/answer.ts';
import { PEERS } from '../peers/all.ts';
import { cpuScenario } from './cpu-per-request.ts';
import { saturated } from './work.ts';

const KIB = 2 ** 10;
const MIB = 2 ** 20;
/** So few that load and origin can hold the bodies of all of them in caches. */
const FEW = 8;

/** Bodies larger than one read, in both directions, as fast as they are answered. */
export const sizes = [
  download('10-kib', '10 KiB JSON over 64 connections', 10 * KIB, 64),
  download('100-kib', '100 KiB JSON over 64 connections', 100 * KIB, 64),
  download('10-mib', `10 MiB JSON over ${FEW} connections`, 10 * MIB, FEW),
  cpuScenario({
    name: '10-mib-uploads',
    about: `uploads of 10 MiB over ${FEW} connections, as fast as they are answered`,
    peers: PEERS,
    work: () => saturated({ connections: FEW, uploads: { every: 1, bytes: 10 * MIB } }),
    goals: () => [],
  }),
  cpuScenario({
    name: 'uploads',
    about: '64 connections: of ten requests nine are answered with 1 KiB JSON, and one is an upload of 100 KiB',
    peers: PEERS,
    work: () => saturated({ uploads: { every: 10, bytes: 100 * KIB } }),
    goals: () => [],
  }),
];

function download(name: string, what: string, bytes: number, connections: number) {
  return cpuScenario({
    name,
    about: `${what}, as fast as they are answered`,
    peers: PEERS,
    work: () => saturated({ path: pathOfSize(bytes), connections }),
    goals: () => [],
  });
}
