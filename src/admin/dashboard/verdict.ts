import { count } from '../../lib/figures.ts';
import type { ServiceVerdict, Verdict } from '../../results/verdict.ts';
import { type Content, type Html, html } from './html.ts';

const SHOWN_REASONS = 3;
const LOOKS: Readonly<Record<ServiceVerdict['verdict'], string>> = {
  pass: 'good',
  regression: 'bad',
  inconclusive: '',
  invalid: 'bad',
};

/** Whether each shadow may be released, with the gravest reasons. */
export function verdicts({ services }: Verdict): Content {
  return services.map(
    (each) => html`<section class="verdict">
<p>Verdict${nameOf(each, services.length > 1)}: <span class="pill ${LOOKS[each.verdict]}">${each.verdict}</span></p>
${reasons(each)}
</section>`,
  );
}

function nameOf({ service, version }: ServiceVerdict, several: boolean): string {
  return `${several ? ` of ${service}` : ''}${version === undefined ? '' : ` (version ${version})`}`;
}

function reasons({ reasons: all }: ServiceVerdict): Html {
  const rest = all.slice(SHOWN_REASONS);
  const items = (some: readonly string[]) => html`<ul>${some.map((reason) => html`<li>${reason}`)}</ul>`;
  return html`${items(all.slice(0, SHOWN_REASONS))}${
    rest.length > 0 && html`<details><summary>${count(rest.length)} more</summary>${items(rest)}</details>`
  }`;
}
