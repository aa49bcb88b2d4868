/** What others do with the same exchanges, to be set beside the verdict. */
import type { SimulatedExchange } from '../../src/verdict/simulation/services.ts';

export interface Rival {
  readonly name: string;
  add(exchange: SimulatedExchange): void;
  /** Whether it would call the shadow worse now. */
  alarms(): boolean;
}

/**
 * Diffy's rule for a field: the raw differences exceed the noise by more than 20 % of both, and by more than 0.03 % of all
 * exchanges.
 */
export class DiffyRule implements Rival {
  readonly name = "Diffy's rule";
  #raw = 0;
  #noise = 0;
  #exchanges = 0;

  add({ shadowDiffers, controlDiffers }: SimulatedExchange): void {
    this.#exchanges++;
    this.#raw += Number(shadowDiffers);
    this.#noise += Number(controlDiffers);
  }

  alarms(): boolean {
    const apart = Math.abs(this.#raw - this.#noise);
    return apart / (this.#raw + this.#noise) > 0.2 && apart / this.#exchanges > 0.0003;
  }
}

/** The one-sided normal quantile for 0.1 %, which is what the verdict allows itself in all. */
const Z = 3.0902;

/** Mann and Whitney's test that the shadow is slower, as if each look were the only one. */
export class MannWhitney implements Rival {
  readonly name = 'Mann-Whitney';
  readonly #shadow: number[] = [];
  readonly #control: number[] = [];

  add({ shadowTook, controlTook }: SimulatedExchange): void {
    this.#shadow.push(shadowTook);
    this.#control.push(controlTook);
  }

  alarms(): boolean {
    const [shadow, control] = [Float64Array.from(this.#shadow).sort(), Float64Array.from(this.#control).sort()];
    let below = 0;
    let wins = 0;
    for (const time of shadow) {
      while (below < control.length && control[below]! < time) below++;
      wins += below;
    }
    const product = shadow.length * control.length;
    const deviation = Math.sqrt((product * (shadow.length + control.length + 1)) / 12);
    return (wins - product / 2) / deviation > Z;
  }
}
