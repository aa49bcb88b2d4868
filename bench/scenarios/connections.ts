import { PEERS } from '../peers/all.ts';
import { cpuScenario } from './cpu-per-request.ts';
import { saturated } from './work.ts';

/** How many connections clients keep, and what a new one for each request costs. */
export const connections = [
  cpuScenario({
    name: '1-connection',
    about: '1 KiB JSON over one connection, each request as soon as the one before is answered',
    peers: PEERS,
    work: () => saturated({ connections: 1 }),
    goals: () => [],
  }),
  cpuScenario({
    name: '1000-connections',
    about: '1 KiB JSON over 1,000 connections, as fast as they are answered',
    peers: PEERS,
    work: () => saturated({ connections: 1_000 }),
    goals: () => [],
  }),
  cpuScenario({
    name: 'connection-per-request',
    about: '1 KiB JSON, 64 at a time, each on a connection of its own, as fast as they are answered',
    peers: PEERS,
    work: () => saturated({ kept: 'one per request' }),
    goals: () => [],
  }),
];
