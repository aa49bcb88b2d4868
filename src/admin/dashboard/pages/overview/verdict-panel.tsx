/** The verdict of each service: its reasons, and what a pass still needs. */
import type { ComponentChildren } from 'preact';
import { plural, share } from '../../../../lib/figures.ts';
import { printable } from '../../../../lib/printable.ts';
import type { RouteVerdict, ServiceVerdict } from '../../../../results/verdict.ts';
import { Badge } from '../../components/badge.tsx';
import { Reasons } from '../../components/reasons.tsx';
import { Empty } from '../../components/states.tsx';
import type { VerdictAnswer } from '../../data/answers.ts';
import { link } from '../../shell/location.ts';
import { gravest, harmIn, toneOf, VERDICT_WORDS, withoutEvidence } from './verdict-facts.ts';

export function VerdictPanel({ verdict: { services } }: { readonly verdict: VerdictAnswer }) {
  if (services.length === 0) {
    return (
      <Empty title="There is nothing to judge yet.">
        <p class="faint">No service with a shadow has been recorded.</p>
      </Empty>
    );
  }
  return (
    <div class="verdicts">
      {services.map((each) => (
        <ServicePanel key={each.service} of={each} several={services.length > 1} />
      ))}
    </div>
  );
}

function ServicePanel({ of, several }: { readonly of: ServiceVerdict; readonly several: boolean }) {
  const { verdict, service, version, covered, settings } = of;
  return (
    <section class={`verdict ${toneOf(verdict)}`} aria-label={several ? `Verdict of ${service}` : 'Verdict'}>
      <h2>
        <Badge tone={toneOf(verdict)}>{verdict}</Badge>
        <span class="faint">
          {several && <a href={link([], { service, rehearsal: undefined })}>{printable(service)}</a>}{' '}
          {version !== undefined && `version ${printable(version)}`}
        </span>
      </h2>
      <p>{VERDICT_WORDS[verdict]}</p>
      <Why of={of} />
      {settings !== undefined && verdict !== 'invalid' && (
        <p class="faint">
          {share(covered, 1)} of {plural(of.exchanges, 'compared exchange')} are on routes that pass; a pass needs{' '}
          {share(settings.coverage, 1)}.
        </p>
      )}
    </section>
  );
}

function Why({ of }: { readonly of: ServiceVerdict }) {
  if (of.verdict === 'pass') return <Reasons items={of.reasons.map((reason) => printable(reason))} />;
  const harm = harmIn(of).map((reason) => <Harm reason={reason} />);
  const open = of.routes.filter((route) => route.verdict === 'inconclusive');
  return (
    <>
      {harm.length > 0 && <Reasons items={harm} />}
      {open.length > 0 && (
        <>
          <h3>Still open</h3>
          <Reasons items={open.map((route) => openItem(route, of.service))} />
        </>
      )}
    </>
  );
}

function Harm({ reason }: { readonly reason: string }) {
  const { told, evidence } = withoutEvidence(printable(reason));
  return (
    <>
      {told}
      {evidence !== undefined && <small class="faint"> (evidence {evidence})</small>}
    </>
  );
}

function openItem(route: RouteVerdict, service: string): ComponentChildren {
  const need = route.exchanges === 0 ? undefined : gravest(route.needs);
  const others = need === undefined ? 0 : route.needs.length - 1;
  return (
    <>
      <a href={link(['routes', route.route], { service })}>{printable(route.route)}</a>
      {': '}
      {need === undefined ? 'nothing was compared' : printable(need.detail)}
      {others > 0 && <span class="faint"> and {plural(others, 'other doubt')}</span>}
    </>
  );
}
