import { DIFFERING_PATH } from '../origin/answer.ts';
import { PEERS } from '../peers/all.ts';
import { nginxMirror } from '../peers/nginx.ts';
import { understudyAccepting, understudyMirror } from '../peers/understudy.ts';
import { cpuGoal, cpuScenario } from './cpu-per-request.ts';
import { atRate } from './work.ts';

export const differing = cpuScenario({
  name: 'differing',
  about: '1 KiB JSON at --rate requests/s, of which every response differs in a timestamp',
  peers: [understudyAccepting, ...PEERS.filter(({ mirrors }) => mirrors)],
  work: ({ rate }) => atRate(rate, DIFFERING_PATH),
  goals: (results) => [
    cpuGoal('all are mismatches / nginx with mirror', results, understudyMirror, nginxMirror, 0.9),
    cpuGoal('all are accepted by a rule / nginx with mirror', results, understudyAccepting, nginxMirror, 0.9),
  ],
});
