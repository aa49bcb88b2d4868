import { pathOfSize, SIZES } from '../origin/answer.ts';
import { PEERS } from '../peers/all.ts';
import { cpuScenario } from './cpu-per-request.ts';
import { saturated } from './work.ts';

/** Response bodies larger than one read, as fast as they are answered. */
export const sizes = SIZES.map((bytes) =>
  cpuScenario({
    name: `${bytes / 1024}-kib`,
    about: `${bytes / 1024} KiB JSON over 64 connections, as fast as they are answered`,
    peers: PEERS,
    work: () => saturated({ path: pathOfSize(bytes) }),
    goals: () => [],
  }),
);
