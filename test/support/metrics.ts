import { setTimeout as pause } from 'node:timers/promises';

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What `/metrics` says now. */
export async function metrics(adminPort: number, host = '127.0.0.1'): Promise<Metrics> {
  const response = await fetch(`http://${host}:${adminPort}/metrics`);
  if (!response.ok) throw new Error(`/metrics answered ${response.status}: ${await response.text()}`);
  return new Metrics(parseExposition(await response.text()));
}

export class Metrics {
  readonly samples: readonly Sample[];

  constructor(samples: readonly Sample[]) {
    this.samples = samples;
  }

  /** Sum of all samples of that name that carry these labels; 0 where there is none. */
  sum(name: string, labels: Readonly<Record<string, string>> = {}): number {
    return this.samples
      .filter((sample) => sample.name === name)
      .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
      .reduce((total, sample) => total + sample.value, 0);
  }

  get requests(): number {
    return this.sum('understudy_requests_total');
  }

  /** Outcomes counted; with a name, those of that outcome (and reason) alone. */
  outcomes(outcome?: string, reason?: string): number {
    return this.sum('understudy_outcomes_total', {
      ...(outcome !== undefined && { outcome }),
      ...(reason !== undefined && { reason }),
    });
  }
}

const ATTEMPTS = 200;

/**
 * Waits until `count` exchanges have an outcome and as many requests are counted, and returns the metrics of that
 * moment. The counters are the cause that is waited for; a bounded number of looks, then an error that says how far it came.
 */
export async function settled(adminPort: number, count: number): Promise<Metrics> {
  for (let attempt = 1; ; attempt++) {
    const now = await metrics(adminPort);
    const outcomes = now.outcomes();
    if (outcomes === count && now.requests === count) return now;
    if (outcomes > count || attempt === ATTEMPTS) {
      const listed = now.samples
        .filter(({ name, value }) => name === 'understudy_outcomes_total' && value > 0)
        .map(({ labels, value }) => `${Object.values(labels).join(':')} ${value}`);
      throw new Error(`expected ${count} outcomes, got ${outcomes} for ${now.requests} requests: ${listed.join(', ')}`);
    }
    await pause(50);
  }
}

/** The Prometheus text format, as far as it is needed: comments skipped, label values unescaped. */
function parseExposition(text: string): Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/.exec(line);
      if (match === null) throw new Error(`malformed metrics line: ${line}`);
      return { name: match[1]!, labels: parseLabels(match[2] ?? ''), value: Number(match[3]) };
    });
}

function parseLabels(text: string): Record<string, string> {
  const pairs = text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)",?/g);
  return Object.fromEntries(
    [...pairs].map(([, name, value]) => [name!, value!.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c))]),
  );
}
