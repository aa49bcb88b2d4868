/** Proposals as YAML for the configuration, with comments that say what each is for, and what it was tried on and hides. */
import type { CompareConfig } from '../../config/compare-types.ts';
import { destinationOf, type Proposable } from './destination.ts';
import { type Proposals, type ProposedRule, proposeRules, type RuleProposal } from './propose.ts';

/** Undefined where the examples show no difference. @param config see `proposeRules`. */
export function proposalText(examples: readonly Proposable[], config?: CompareConfig): string | undefined {
  const proposals = proposeRules(examples, config);
  return proposals && asYaml(examples, proposals);
}

/** Under the route of the examples. Places that no rule can accept are comments. */
export function asYaml(examples: readonly Proposable[], { rules, furtherPlaces }: Proposals): string {
  const { lines, indent } = destinationOf(examples);
  const proposed = rules.flatMap(linesOf);
  if (furtherPlaces > 0) proposed.push(`# and ${furtherPlaces} more places`);
  return `${[...lines, ...proposed.map((line) => `${indent}${line}`)].join('\n')}\n`;
}

function linesOf(proposal: RuleProposal): readonly string[] {
  const about = `# ${proposal.about}: ${seenText(proposal.seen)}`;
  if (!('rule' in proposal)) return [about, `# ${proposal.why}`];
  const { rule, hides } = proposal;
  return [about, proofText(proposal), ...(hides === undefined ? [] : [`# ${hides}`]), `- ${rule}`];
}

function proofText({ accepts, untried }: ProposedRule): string {
  const [accepted, unknown] = [accepts.length, untried.length];
  const all = accepted + unknown;
  const examples =
    all === 1 ? 'the example' : accepted === all ? `all ${all} examples` : `${accepted} of ${all} examples`;
  const doubt = unknown === 0 ? '' : `; ${unknown} could not be tried: the values were redacted or cut`;
  return `# accepts ${examples}${doubt}`;
}

const SHOWN = 3;

function seenText(seen: readonly string[]): string {
  const more = seen.length > SHOWN ? `, and ${seen.length - SHOWN} more` : '';
  return `${seen.slice(0, SHOWN).join(', ')}${more}`;
}
