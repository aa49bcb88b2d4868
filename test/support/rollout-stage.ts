/** An edge between production and a candidate, whose weight a test sets. Both say in their answers who they are. */
import type { Target } from '../../src/config/target-types.ts';
import { type ArmCounts, sumOfArms } from '../../src/metrics/arm-ledger.ts';
import type { Arm } from '../../src/model/arm.ts';
import { type EdgeOptions, startEdge } from './edge.ts';
import { type OriginScript, startOrigin } from './origin.ts';
import { connectRaw } from './raw-client.ts';
import { rowAt } from './rows.ts';

/** Answers each request with this body. */
export const says = (body: string): OriginScript => ({
  request: (_request, reply) => reply.send({ body }),
});

export interface StageOptions extends Omit<EdgeOptions, 'rollout'> {
  readonly production?: OriginScript;
  readonly candidate?: OriginScript;
  /** Where the candidate is, instead of an origin of its own. */
  readonly candidateAt?: { readonly port: number } & Partial<Target>;
  /** Of the rollout, as YAML. */
  readonly options?: string;
  readonly weight?: number | 'stopped';
}

export async function rolloutStage({
  production: productionScript = says('production'),
  candidate: candidateScript = says('candidate'),
  candidateAt,
  options = '{sticky: [{header: x-user}], writes: allowed}',
  weight = 10_000,
  ...edgeOptions
}: StageOptions = {}) {
  const [production, candidate] = await Promise.all([startOrigin(productionScript), startOrigin(candidateScript)]);
  const edge = await startEdge(production, {
    ...edgeOptions,
    rollout: { to: candidateAt ?? candidate, options, ...(candidateAt && { candidate: candidateAt }) },
  });
  const setWeight = (to: number | 'stopped') => edge.weights.set(rowAt(0), 0, to);
  setWeight(weight);
  return {
    production,
    candidate,
    edge,
    setWeight,
    connect: () => connectRaw(edge.port),
    /** Who leaves without an answer after so many milliseconds has failed. */
    setPatience: (milliseconds: number) => {
      edge.buckets.setSlot(rowAt(0), 0);
      edge.buckets.setPatience(0, milliseconds);
    },
    /** Counts of an arm without its latencies. */
    arm: (arm: Arm): Omit<ArmCounts, 'latency'> => {
      const { latency: _, ...counts } = sumOfArms([edge.arms], [rowAt(0)])[arm];
      return counts;
    },
    sumOfArms: () => sumOfArms([edge.arms], [rowAt(0)]),
  };
}

export const get = (user: string, path = '/') => `GET ${path} HTTP/1.1\r\nHost: a\r\nX-User: ${user}\r\n\r\n`;
