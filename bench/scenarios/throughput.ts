import { PEERS } from '../peers/all.ts';
import { envoy, envoyMirror } from '../peers/envoy.ts';
import { nginx, nginxMirror } from '../peers/nginx.ts';
import { nodeHttpProxy } from '../peers/node-http-proxy.ts';
import { traefik, traefikMirror } from '../peers/traefik.ts';
import { understudyEdge, understudyMirror } from '../peers/understudy.ts';
import { cpuGoal, cpuScenario } from './cpu-per-request.ts';
import { saturated } from './work.ts';

export const throughput = cpuScenario({
  name: 'throughput',
  about: '1 KiB JSON over 64 connections, as fast as they are answered',
  peers: PEERS,
  work: () => saturated(),
  goals: (results) => [
    cpuGoal('edge alone / node-http-proxy', results, understudyEdge, nodeHttpProxy, 0.2),
    cpuGoal('edge alone / envoy', results, understudyEdge, envoy, 0.5),
    cpuGoal('edge alone / traefik', results, understudyEdge, traefik, 0.5),
    cpuGoal('edge alone / nginx', results, understudyEdge, nginx, 1.5),
    cpuGoal('mirror and compare / nginx with mirror', results, understudyMirror, nginxMirror, 0.5),
    cpuGoal('mirror and compare / envoy with mirror', results, understudyMirror, envoyMirror, 0.35),
    cpuGoal('mirror and compare / traefik with mirror', results, understudyMirror, traefikMirror, 0.35),
  ],
});
