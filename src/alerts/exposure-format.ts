/** What an exposure looks like in the messages of each format. */
import { hash } from 'node:crypto';
import type { Options } from '../config/options.ts';
import type { Exposure } from '../model/experiment.ts';

export type ExposureConfig = NonNullable<Options['exposure']>;

/** The posted body. */
export function bodyOf(exposures: readonly Exposure[], { format = 'json', projectKey }: ExposureConfig): string {
  switch (format) {
    case 'json':
      return JSON.stringify({ schemaVersion: 1, source: 'understudy', exposures: exposures.map(plain) });
    case 'posthog':
      return JSON.stringify({ api_key: projectKey, batch: exposures.map(posthogEvent) });
    case 'otlp':
      return JSON.stringify(otlpLogs(exposures));
  }
}

/** Within one `schemaVersion` fields are only ever added. `at`: milliseconds since 1970. */
function plain(exposure: Exposure) {
  return { id: idOf(exposure), ...exposure };
}

/**
 * As the SDKs of PostHog send it when a flag is evaluated (https://posthog.com/docs/api/capture). The experiment is the
 * flag, the key of the user the distinct id.
 */
function posthogEvent(exposure: Exposure) {
  const { service, experiment, arm, user, at } = exposure;
  return {
    event: '$feature_flag_called',
    uuid: idOf(exposure),
    distinct_id: user,
    timestamp: new Date(at).toISOString(),
    properties: { $feature_flag: experiment, $feature_flag_response: arm, $lib: 'understudy', service },
  };
}

/**
 * OTLP in JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding), with the evaluation event of
 * OpenTelemetry's semantic conventions, whose attributes are those of OpenFeature
 * (https://opentelemetry.io/docs/specs/semconv/feature-flags/feature-flags-events/).
 */
function otlpLogs(exposures: readonly Exposure[]) {
  const logRecords = exposures.map((exposure) => ({
    timeUnixNano: `${exposure.at}000000`,
    severityNumber: 9,
    eventName: 'feature_flag.evaluation',
    attributes: evaluation(exposure),
  }));
  const resource = { attributes: attributes({ 'service.name': 'understudy' }) };
  return { resourceLogs: [{ resource, scopeLogs: [{ scope: { name: 'understudy' }, logRecords }] }] };
}

/** With the id of a log record (https://opentelemetry.io/docs/specs/semconv/registry/attributes/log/). */
function evaluation(exposure: Exposure) {
  const { service, experiment, arm, user } = exposure;
  return attributes({
    'log.record.uid': idOf(exposure),
    'feature_flag.key': experiment,
    'feature_flag.result.variant': arm,
    'feature_flag.result.reason': 'split',
    'feature_flag.context.id': user,
    'feature_flag.set.id': service,
    'feature_flag.provider.name': 'understudy',
  });
}

function attributes(values: Readonly<Record<string, string>>) {
  return Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

/**
 * The same whenever a user is reported in an arm, so that a repeated post, or that of another replica with the same key,
 * is recognized. A UUID of version 8 (RFC 9562).
 */
function idOf({ service, experiment, arm, user }: Exposure): string {
  const hex = hash('sha256', [service, experiment, arm, user].join('\0'), 'hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}
