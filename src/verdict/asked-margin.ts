import type { RouteEvidence } from '../model/route-evidence.ts';
import type { RouteVerdictSettings } from '../model/verdict-settings.ts';

/**
 * A margin other than the one with which times were recorded. A shadow that is more than 5 % slower may still be
 * within 20 %, and one that is within 5 % may be more than 2 % slower. So a wider margin cannot prove harm, and a
 * narrower one cannot prove a pass.
 */
export function askedMargin(
  { margin: measured }: RouteEvidence,
  { margin: asked }: RouteVerdictSettings,
): 'measured' | 'wider' | 'narrower' {
  if (measured === undefined || asked === measured) return 'measured';
  return asked > measured ? 'wider' : 'narrower';
}
