import type { RouteEvidence } from '../model/route-evidence.ts';
import type { RouteVerdictSettings } from '../model/verdict-settings.ts';

/**
 * The margin that is asked about beside the one that each pair of times was held against when it came. A shadow that is
 * slower than 5 % may be within 20 %, and one that is within 5 % may be slower than 2 %: a wider margin proves no harm,
 * and a narrower one no pass.
 */
export function askedMargin(
  { margin: measured }: RouteEvidence,
  { margin: asked }: RouteVerdictSettings,
): 'measured' | 'wider' | 'narrower' {
  if (measured === undefined || asked === measured) return 'measured';
  return asked > measured ? 'wider' : 'narrower';
}
