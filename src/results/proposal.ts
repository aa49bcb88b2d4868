import { placeKey } from '../compare/collapse.ts';
import { asYaml } from '../compare/proposals/proposal-text.ts';
import { proposeRules, type RuleProposal } from '../compare/proposals/propose.ts';
import { readCause } from './cause-page.ts';
import type { CauseReader, CausesAsked } from './cause-rows.ts';

/** The narrowest rules that would accept what the examples show of this cause. */
export interface CauseProposal {
  /** All of them as YAML for the configuration. Absent, as `rules`: no example shows a difference. */
  readonly proposal?: string;
  /** One for each place. Examples are meant by their index in `examples`. */
  readonly rules?: readonly RuleProposal[];
  /** Ids of the exchanges on which they were tried. */
  readonly examples: readonly string[];
}

/** Undefined if there is no such cause. */
export async function readProposal(
  reader: CauseReader,
  asked: CausesAsked & { readonly id: string },
): Promise<CauseProposal | undefined> {
  const cause = await readCause(reader, asked);
  if (cause === undefined) return undefined;
  const places = new Set([...cause.places, ...cause.follows].map(placeKey));
  const examples = cause.examples.map((example) => ({
    ...example,
    differences: example.differences.filter((difference) => places.has(placeKey(difference))),
  }));
  const proposals = proposeRules(examples);
  const ids = { examples: examples.map(({ id: exchange }) => exchange) };
  return proposals === undefined ? ids : { ...ids, proposal: asYaml(examples, proposals), rules: proposals.rules };
}
