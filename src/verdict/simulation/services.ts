/** Simulated services for testing the verdict: each returns one exchange after the other. */
import type { Random } from './random.ts';

/** One exchange, as far as tests need it: the behavior of shadow and control. */
export interface SimulatedExchange {
  /** Whether they differ from the primary at the tested place. */
  readonly shadowDiffers: boolean;
  readonly controlDiffers: boolean;
  /** Whether the difference is one that noise does not explain. */
  readonly mismatch: boolean;
  /** Milliseconds. */
  readonly shadowTook: number;
  readonly controlTook: number;
}

export type SimulatedService = (random: Random) => () => SimulatedExchange;

/** Median latency in milliseconds. */
const MEDIAN = 20;
/**
 * Standard deviations of the latencies' logarithms: the part that both legs share through the request, and the part of
 * each leg (0.3 within a pair).
 */
const COMMON = 0.3;
const OWN = 0.3 / Math.SQRT2;

/** The simulated behavior. By default shadow and control are equal, and the place never differs. */
export interface Behavior {
  /** How often the place differs by itself, in either leg. */
  readonly noise?: number;
  /** How often it also differs in the shadow. */
  readonly mismatch?: number;
  /**
   * The autocorrelation from one exchange to the next: of which leg differs, and of each leg's own share of the
   * latency.
   */
  readonly bursts?: number;
  /** How many times as long the shadow takes. */
  readonly slowdown?: number;
  /** Which share of the shadow's responses takes how many milliseconds longer. */
  readonly tail?: { readonly share: number; readonly by: number };
}

export function service(behavior: Behavior): SimulatedService {
  const { mismatch: rate = 0, bursts = 0, slowdown = 1, tail = { share: 0, by: 0 } } = behavior;
  return (random) => {
    const nextNoise = noiseOf(behavior, random);
    const [shadow, control] = [new Drift(bursts, random), new Drift(bursts, random)];
    return () => {
      const noise = nextNoise();
      const mismatch = random.happens(rate);
      const common = MEDIAN * Math.exp(COMMON * random.normal());
      return {
        shadowDiffers: noise.shadow || mismatch,
        controlDiffers: noise.control,
        mismatch,
        shadowTook: common * slowdown * Math.exp(OWN * shadow.next()) + (random.happens(tail.share) ? tail.by : 0),
        controlTook: common * Math.exp(OWN * control.next()),
      };
    };
  };
}

/** In bursts, one of the two differs, and stays the same for a while. */
function noiseOf({ noise = 0, bursts = 0 }: Behavior, random: Random) {
  if (bursts === 0) return () => ({ shadow: random.happens(noise), control: random.happens(noise) });
  let isShadows = random.happens(0.5);
  return () => {
    if (random.happens((1 - bursts) / 2)) isShadows = !isShadows;
    const differs = random.happens(noise);
    return { shadow: differs && isShadows, control: differs && !isShadows };
  };
}

/** Standard normal variables, each of which depends on the previous one. */
class Drift {
  readonly #autocorrelation: number;
  readonly #random: Random;
  #value: number;

  constructor(autocorrelation: number, random: Random) {
    this.#autocorrelation = autocorrelation;
    this.#random = random;
    this.#value = random.normal();
  }

  next(): number {
    const rest = Math.sqrt(1 - this.#autocorrelation ** 2);
    this.#value = this.#autocorrelation * this.#value + rest * this.#random.normal();
    return this.#value;
  }
}
