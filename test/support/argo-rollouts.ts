/**
 * How Argo Rollouts 1.8 carries out an AnalysisTemplate with a web metric, as its documentation has it (Analysis & Progressive
 * Delivery; Web Metrics): arguments are put in, a response that is no 2xx is an error, the first value at the JSONPath is
 * `result`, and the measurements are held against the limits.
 */
import { query } from 'json-p3';

export interface AnalysisTemplate {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: {
    readonly args: readonly {
      readonly name: string;
      readonly value?: string;
      readonly valueFrom?: { readonly secretKeyRef: object };
    }[];
    readonly metrics: readonly WebMetric[];
  };
}

export interface WebMetric {
  readonly interval: string;
  readonly count: number;
  readonly inconclusiveLimit: number;
  readonly failureLimit: number;
  readonly consecutiveSuccessLimit?: number;
  readonly successCondition: string;
  readonly failureCondition: string;
  readonly provider: {
    readonly web: {
      readonly url: string;
      readonly headers: readonly { readonly key: string; readonly value: string }[];
      readonly jsonPath: string;
    };
  };
}

export type Phase = 'Successful' | 'Failed' | 'Inconclusive' | 'Error';

export interface WebRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
}

/** The request of a metric. Throws where an argument has no value. */
export function requestOf({ provider: { web } }: WebMetric, args: Readonly<Record<string, string>>): WebRequest {
  const filled = (text: string) =>
    text.replace(/\{\{ *args\.([\w-]+) *\}\}/g, (_, name: string) => {
      const value = args[name];
      if (value === undefined) throw new Error(`the argument ${name} has no value`);
      return value;
    });
  const headers = web.headers.map(({ key, value }): [string, string] => [key.toLowerCase(), filled(value)]);
  return { url: new URL(filled(web.url)), headers: Object.fromEntries(headers) };
}

export function measured(
  metric: WebMetric,
  { status, body }: { readonly status: number; readonly body: string },
): Phase {
  if (status < 200 || status >= 300) return 'Error';
  const path = /^\{(.+)\}$/.exec(metric.provider.web.jsonPath)![1]!;
  const [result] = query(path, JSON.parse(body)).values();
  if (result === undefined) return 'Error';
  if (holds(metric.failureCondition, result)) return 'Failed';
  return holds(metric.successCondition, result) ? 'Successful' : 'Inconclusive';
}

/** Of the expressions (expr-lang) those that compare `result` with a text. */
function holds(condition: string, result: unknown): boolean {
  const [, expected] = /^result == "([^"]*)"$/.exec(condition) ?? [];
  if (expected === undefined) throw new Error(`a condition of another form: ${condition}`);
  return result === expected;
}

/** What an analysis ends with, and after how many measurements. `measure` is asked until then. */
export async function analyse(
  metric: WebMetric,
  measure: () => Promise<Phase>,
): Promise<{ readonly phase: Phase; readonly measurements: number }> {
  const { count, failureLimit, inconclusiveLimit, consecutiveSuccessLimit = 0 } = metric;
  const seen = { Successful: 0, Failed: 0, Inconclusive: 0, Error: 0 };
  let successesInARow = 0;
  for (;;) {
    const phase = await measure();
    seen[phase]++;
    successesInARow = phase === 'Successful' ? successesInARow + 1 : 0;
    const measurements = seen.Successful + seen.Failed + seen.Inconclusive;
    if (seen.Error > CONSECUTIVE_ERROR_LIMIT) return { phase: 'Error', measurements };
    if (seen.Failed > failureLimit) return { phase: 'Failed', measurements };
    if (seen.Inconclusive > inconclusiveLimit) return { phase: 'Inconclusive', measurements };
    if (consecutiveSuccessLimit > 0 && successesInARow >= consecutiveSuccessLimit) return { phase, measurements };
    if (measurements >= count) return { phase: 'Successful', measurements };
  }
}

/** Where a template does not say. */
const CONSECUTIVE_ERROR_LIMIT = 4;
