import { setTimeout as delay } from 'node:timers/promises';
import type { BarGroup, Chart } from '../harness/chart.ts';
import type { Goal } from '../harness/goal.ts';
import { createIdentity, OPENSSL } from '../harness/identity.ts';
import { disturbance, outcomeShares, percent } from '../harness/notes.ts';
import { formatSpread, ratios } from '../harness/spread.ts';
import { type Origin, startOrigin } from '../origin/origin.ts';
import { startFound } from '../peers/all.ts';
import type { Peer } from '../peers/peer.ts';
import { Course, type Result, type Work } from './course.ts';
import { type Columns, perPeer } from './per-peer.ts';
import type { Bench, Scenario } from './scenario.ts';
import { siteOf } from './site.ts';

const MIB = 2 ** 20;

export type Results = ReadonlyMap<Peer, Result>;

/** A scenario about what a request costs its proxy. */
export interface CpuScenario {
  readonly name: string;
  readonly about: string;
  readonly peers: readonly Peer[];
  work(bench: Bench): Work;
  /** What clients speak; plain HTTP if absent. */
  readonly entrance?: 'TLS';
  goals(results: Results): Goal[];
}

export function cpuScenario({ name, about, peers, work, entrance, goals }: CpuScenario): Scenario {
  return {
    name,
    about,
    needs: entrance === 'TLS' ? ['wrk', OPENSSL] : ['wrk'],
    run: async (bench) => {
      const origin = await startOrigin(bench.folder);
      const tls = entrance && (await createIdentity(bench.folder));
      const site = { ...siteOf(bench, origin), ...(tls && { tls }) };
      const running = await startFound(peers.filter(bench.includes), site);
      const courses = [...running].map(
        ([peer, process]) => new Course(peer, process, origin, work(bench), bench.cores),
      );
      await delay(1_000);
      for (const course of courses) {
        bench.progress(`warming up ${course.peer.name}`);
        await course.warmUp();
      }
      for (let round = 1; round <= bench.rounds; round += 1) {
        for (const course of courses) {
          bench.progress(`round ${round} of ${bench.rounds}: ${course.peer.name}`);
          await course.run(bench.seconds);
        }
      }
      const results = new Map<Peer, Result>();
      for (const course of courses) results.set(course.peer, await course.result());
      for (const process of running.values()) await process.stop();
      await origin.stop();
      return {
        ...perPeer(results, COLUMNS),
        goals: goals(results),
        chart: chartOf(about, results),
        notes: notes(results, origin.kind),
        figures: Object.fromEntries(
          [...results].map(([peer, result]) => [
            peer.name,
            { ...result, outcomes: Object.fromEntries(result.outcomes) },
          ]),
        ),
      };
    },
  };
}

function chartOf(about: string, results: Results): Chart {
  const group = (title: string, mirrors: boolean): BarGroup => ({
    title,
    bars: [...results]
      .filter(([peer]) => peer.mirrors === mirrors)
      .map(([{ name }, { cpu }]) => ({
        name,
        value: cpu,
        emphasis: name.startsWith('understudy') ? 'ours' : 'theirs',
      })),
  });
  const groups = [group('forwarding alone', false), group('with a copy to the shadow', true)];
  return {
    title: `CPU time per request, µs: ${about}`,
    unit: 'µs',
    groups: groups.filter(({ bars }) => bars.length > 0),
  };
}

/** A goal for the ratio of two peers' CPU time per request, round by round. */
export function cpuGoal(what: string, results: Results, ours: Peer, theirs: Peer, atMost: number): Goal {
  const cpu = (peer: Peer): number[] | undefined => results.get(peer)?.rounds.map((round) => round.cpu);
  return { what: `${what}, CPU per request`, value: ratios(cpu(ours), cpu(theirs)), atMost, unit: '' };
}

const COLUMNS: Columns<Result> = {
  'CPU µs/request': ({ cpu }) => formatSpread(cpu, 1),
  'requests/s': ({ rate }) => formatSpread(rate, 0),
  'p50 ms': ({ p50 }) => formatSpread(p50, 2),
  'p99 ms': ({ p99 }) => formatSpread(p99, 2),
  copies: ({ copies }, { mirrors }) => (mirrors ? percent(copies.median) : '–'),
  compared: ({ outcomes }) => comparedShare(outcomes),
  core: ({ busy }) => percent(busy.median),
  'idle MiB': ({ idleBytes }) => (idleBytes / MIB).toFixed(0),
  'peak MiB': ({ peakBytes }) => (peakBytes / MIB).toFixed(0),
};

/** Outcomes of copies that were compared: all but those of README's table that are failures or skipped. */
const COMPARED = new Set(['match', 'noise', 'accepted', 'mismatch']);

function comparedShare(outcomes: ReadonlyMap<string, number>): string {
  let [all, compared] = [0, 0];
  for (const [outcome, count] of outcomes) {
    all += count;
    if (COMPARED.has(outcome)) compared += count;
  }
  return compared === 0 ? '–' : percent(compared / all);
}

function notes(results: Results, origin: Origin['kind']): string[] {
  const notes = [
    'core: share of its cores that the proxy used under load; well below 100 %, something else was the limit: load and origin, or others on the machine.',
  ];
  if (origin === 'node')
    notes.push('nginx was not found: the origin is a Node server, slower than some of the proxies.');
  for (const [peer, result] of results) {
    const { failures, requests, foreign, outcomes, threads } = result;
    if (failures > 0)
      notes.push(`${peer.name}: ${failures} requests failed, or had no answer in time; ${requests} were answered.`);
    notes.push(...disturbance(peer.name, foreign));
    if (peer.mirrors) {
      notes.push(...outcomeShares(peer.name, outcomes));
      if (result.copies.min < 0.99)
        notes.push(`${peer.name}: NOT every request was mirrored; its CPU time is too low.`);
    }
    if (Object.keys(threads).length > 1) {
      const listed = Object.entries(threads).toSorted(([, a], [, b]) => b - a);
      notes.push(
        `${peer.name}: µs/request by thread: ${listed.map(([name, n]) => `${name} ${n.toFixed(1)}`).join(', ')}.`,
      );
    }
  }
  return notes;
}
