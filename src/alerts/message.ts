import { plural } from '../lib/figures.ts';
import { type Alert, textOf } from './alert.ts';

/** An alert that occurred once or several times within a window. */
export interface Told {
  readonly alert: Alert;
  /** The time of the latest, in milliseconds since 1970. */
  readonly at: number;
  readonly times: number;
}

export interface Message {
  readonly told: readonly Told[];
  /** Further alerts that did not fit. */
  readonly left: number;
  /** The host that it names. */
  readonly host: string;
}

export type Format = 'json' | 'slack';

/**
 * The posted body. Within one `schemaVersion` of the JSON fields are only ever added; times are milliseconds since
 * 1970.
 */
export function bodyOf(message: Message, format: Format): string {
  const text = linesOf(message).join('\n');
  if (format === 'slack') return JSON.stringify({ text: escapeSlack(text) });
  const { host, told, left } = message;
  const alerts = told.map(({ alert, at, times }) => ({ ...alert, at, times, text: textOf(alert) }));
  return JSON.stringify({ schemaVersion: 1, source: 'understudy', host, text, alerts, left });
}

function linesOf({ told, left, host }: Message): string[] {
  const lines = told.map(({ alert, times }) => `${textOf(alert)}${times > 1 ? ` (${times} changes)` : ''}`);
  const rest = left > 0 ? [`and ${plural(left, 'more alert')}`] : [];
  if (lines.length === 1 && left === 0) return [`Understudy on ${host}: ${lines[0]}`];
  return [`Understudy on ${host}:`, ...[...lines, ...rest].map((line) => `• ${line}`)];
}

/** Characters that are markup in Slack and similar services. */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
