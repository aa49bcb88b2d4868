import { type Application, startApplication, type Transport } from '../../support/application.ts';
import { type Metrics, settled } from '../../support/metrics.ts';
import { startUnderstudy, type Understudy } from '../../support/understudy.ts';

/** A service, and the same behind Understudy with its mirror on. Each of the three instances has a state of its own. */
export interface Stage<Instance> {
  /** Where it answers by itself. */
  readonly direct: Instance;
  readonly primary: Instance;
  readonly shadow: Instance;
  /** Where it answers through Understudy. */
  readonly through: Understudy;
  /** Waits until that many requests, made through Understudy, have one outcome each. */
  outcomes(requests: number): Promise<Metrics>;
}

export async function startStage<Instance extends Pick<Application, 'target'>>(
  start: () => Promise<Instance>,
  config: Readonly<Record<string, unknown>> = {},
): Promise<Stage<Instance>> {
  const [direct, primary, shadow] = await Promise.all([start(), start(), start()]);
  const through = await startUnderstudy({ primary: primary.target, shadow: shadow.target, ...config });
  const outcomes = (requests: number) => settled(through.adminPort, requests);
  return { direct, primary, shadow, through, outcomes };
}

export interface ApplicationStage extends Stage<Application> {
  /** What reached the primary, in order. */
  requests(): string[];
  /** Waits until that many copies have reached the shadow, and fails if anything else has reached it, or more; sorted. */
  copies(count: number): Promise<string[]>;
}

export async function startApplicationStage(
  module: URL,
  config: Readonly<Record<string, unknown>> = {},
  transport: Transport = 'tcp',
): Promise<ApplicationStage> {
  const stage = await startStage(() => startApplication(module, transport), config);
  const { primary, shadow } = stage;
  return {
    ...stage,
    requests: () => primary.messages.flatMap(({ request }) => request ?? []),
    copies: async (count) => {
      await shadow.told(({ copy }) => copy !== undefined, count);
      const arrived = shadow.messages.flatMap(({ request, copy }) =>
        request === undefined ? (copy ?? []) : [`no copy: ${request}`],
      );
      if (arrived.length > count) throw new Error(`more than ${count} copies: ${arrived.join(', ')}`);
      return arrived.toSorted();
    },
  };
}
