/**
 * A strict reader of the Prometheus text format, version 0.0.4: it accepts no more than the format's specification
 * does, and checks what a scraper relies on, so that a test that reads an exposition with it checks its form as well.
 */
export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly FamilySample[];
}

export interface FamilySample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export function readExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end in a line feed');
  const families = new Map<string, Family & { samples: FamilySample[] }>();
  const seen = new Set<string>();
  let current: (Family & { samples: FamilySample[] }) | undefined;
  let help: { name: string; text: string } | undefined;
  for (const line of text.slice(0, -1).split('\n')) {
    if (line === '') continue;
    if (line.startsWith('# HELP ')) {
      const [, name, words] = match(/^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\]|\\\\|\\n)*)$/, line);
      help = { name: name!, text: words! };
    } else if (line.startsWith('#')) {
      const [, name, type] = match(
        /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$/,
        line,
      );
      if (help?.name !== name) throw new Error(`TYPE without HELP: ${line}`);
      if (families.has(name!)) throw new Error(`second family of one name: ${line}`);
      current = { name: name!, type: type!, help: help!.text, samples: [] };
      families.set(name!, current);
    } else {
      const sample = readSample(line);
      if (current === undefined || !namesOf(current).includes(sample.name))
        throw new Error(`outside its family: ${line}`);
      const series = sample.name + JSON.stringify(Object.entries(sample.labels).sort());
      if (seen.has(series)) throw new Error(`second sample of one series: ${line}`);
      seen.add(series);
      if (current.type === 'counter' && !(sample.value >= 0)) throw new Error(`counter below zero: ${line}`);
      current.samples.push(sample);
    }
  }
  for (const family of families.values()) if (family.type === 'histogram') checkHistogram(family);
  return families;
}

function namesOf({ name, type }: Family): readonly string[] {
  return type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}

function readSample(line: string): FamilySample {
  const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\]|\\\\[\\\\"n])*"';
  const [, name, labels, value] = match(
    new RegExp(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(${label}(?:,${label})*)\\})? (\\S+)$`),
    line,
  );
  return { name: name!, labels: readLabels(labels ?? ''), value: readValue(value!) };
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(/([a-zA-Z0-9_]+)="((?:[^"\\]|\\.)*)"/g)) {
    if (Object.hasOwn(labels, name!)) throw new Error(`label twice: ${text}`);
    labels[name!] = value!.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
  }
  return labels;
}

function readValue(text: string): number {
  if (/^[+-]?inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  match(/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i, text);
  return Number(text);
}

function checkHistogram({ name, samples }: Family): void {
  const series = Map.groupBy(samples, ({ labels: { le: _, ...labels } }) => JSON.stringify(labels));
  for (const [labels, parts] of series) {
    const buckets = parts.filter((part) => part.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels: { le } }) => readValue(le!));
    const counts = buckets.map((bucket) => bucket.value);
    const rising = bounds.every((bound, index) => index === 0 || bound > bounds[index - 1]!);
    const cumulative = counts.every((count, index) => index === 0 || count >= counts[index - 1]!);
    const count = parts.filter((part) => part.name === `${name}_count`);
    const sum = parts.filter((part) => part.name === `${name}_sum`);
    const whole =
      bounds.at(-1) === Infinity && count.length === 1 && count[0]!.value === counts.at(-1) && sum.length === 1;
    if (!rising || !cumulative || !whole) throw new Error(`not a histogram: ${name} ${labels}`);
  }
}

function match(pattern: RegExp, text: string): RegExpExecArray {
  const found = pattern.exec(text);
  if (found === null) throw new Error(`malformed: ${text}`);
  return found;
}
