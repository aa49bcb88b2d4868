/** Services to try the verdict on: each gives one exchange after the other. */
import type { Random } from './random.ts';

/** One exchange, as far as a test is concerned: what shadow and control each did. */
export interface SimulatedExchange {
  /** Whether they differ from the primary at the one place that is looked at. */
  readonly shadowDiffers: boolean;
  readonly controlDiffers: boolean;
  /** Whether that is what noise does not explain. */
  readonly mismatch: boolean;
  /** Milliseconds. */
  readonly shadowTook: number;
  readonly controlTook: number;
}

export type SimulatedService = (random: Random) => () => SimulatedExchange;

/** Of the latencies, milliseconds. */
const MEDIAN = 20;
/** Standard deviations of their logarithms: what a request brings with it, and what each leg adds (0.3 within a pair). */
const COMMON = 0.3;
const OWN = 0.3 / Math.SQRT2;

/** What is simulated; by default shadow and control are the same, and the place never differs. */
export interface Behavior {
  /** How often the place differs by itself, in either. */
  readonly noise?: number;
  /** How often it differs in the shadow beside that. */
  readonly mismatch?: number;
  /** The autocorrelation from one exchange to the next: of which of the two it is that differs, and of what each leg adds. */
  readonly bursts?: number;
  /** How many times as long the shadow takes. */
  readonly slowdown?: number;
  /** How many of the shadow's responses take how many milliseconds more. */
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

/** In bursts it is the one or the other, and the same as before for a while. */
function noiseOf({ noise = 0, bursts = 0 }: Behavior, random: Random) {
  if (bursts === 0) return () => ({ shadow: random.happens(noise), control: random.happens(noise) });
  let isShadows = random.happens(0.5);
  return () => {
    if (random.happens((1 - bursts) / 2)) isShadows = !isShadows;
    const differs = random.happens(noise);
    return { shadow: differs && isShadows, control: differs && !isShadows };
  };
}

/** Standard normal variables, each of which depends on the one before. */
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
