import { PEERS } from '../peers/all.ts';
import { envoyMirror } from '../peers/envoy.ts';
import { nginxMirror } from '../peers/nginx.ts';
import { understudyMirror } from '../peers/understudy.ts';
import { cpuGoal, cpuScenario } from './cpu-per-request.ts';
import { atRate } from './work.ts';

export const fixedRate = cpuScenario({
  name: 'fixed-rate',
  about: '1 KiB JSON at --rate requests/s, open loop: what a request costs where there is time between them',
  peers: PEERS,
  work: ({ rate }) => atRate(rate, '/'),
  goals: (results) => [
    cpuGoal('mirror and compare / nginx with mirror', results, understudyMirror, nginxMirror, 0.8),
    cpuGoal('mirror and compare / envoy with mirror', results, understudyMirror, envoyMirror, 0.5),
  ],
});
