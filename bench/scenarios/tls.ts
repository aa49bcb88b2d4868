import { PEERS } from '../peers/all.ts';
import { cpuScenario } from './cpu-per-request.ts';
import { saturated } from './work.ts';

const SPEAKING = PEERS.filter(({ speaksTls }) => speaksTls);

/** Clients that speak TLS; the targets don't, as behind most gateways. */
export const tls = [
  cpuScenario({
    name: 'tls',
    about: '1 KiB JSON over 64 kept TLS connections, as fast as they are answered',
    peers: SPEAKING,
    entrance: 'TLS',
    work: () => saturated({ entrance: 'TLS' }),
    goals: () => [],
  }),
  cpuScenario({
    name: 'tls-handshakes',
    about: '1 KiB JSON, 64 at a time, each over a TLS connection of its own',
    peers: SPEAKING,
    entrance: 'TLS',
    work: () => saturated({ entrance: 'TLS', kept: 'one per request' }),
    goals: () => [],
  }),
];
