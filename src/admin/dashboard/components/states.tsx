/** What is shown where there is nothing to show, and what to do next. */
import type { ComponentChildren } from 'preact';
import type { Kept } from '../data/kept.ts';
import type { Problem } from '../data/problem.ts';
import type { Resource } from '../data/resources.ts';
import { Glyph } from './glyph.tsx';

export function Empty({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="state">
      <p class="state-title">{title}</p>
      {children}
    </div>
  );
}

export function Loading() {
  return (
    <div class="state loading" role="status">
      <p>Reading…</p>
    </div>
  );
}

export function Failure({ problem }: { readonly problem: Problem }) {
  return <Alert title={titleOf(problem)} detail={problem.detail} advice={adviceOn(problem)} />;
}

/** Why a change that the reader wanted is not made, as far as it is known. */
export function NotDone({ problem }: { readonly problem: Problem }) {
  const isOpen = problem.status === 0;
  const title = isOpen ? titleOf(problem) : 'This was not done';
  const advice = isOpen
    ? 'It may still take effect. See what is shown before you try again.'
    : (ADVICE_ON_CHANGE[problem.code] ?? 'Nothing was changed by it. The log of the process says more.');
  return <Alert title={title} detail={problem.detail} advice={advice} />;
}

const ADVICE_ON_CHANGE: Readonly<Record<string, string>> = {
  conflict: 'Nothing was changed by it.',
  invalid_body: 'Nothing was changed by it. Mend what was typed.',
  never_alone:
    'Nothing was changed by it. Mark the other causes together with it, or accept its places alone by a rule: the page of the cause proposes one.',
  not_found: 'It may have been removed by the retention, or be of another service or rehearsal.',
  store_unusable: 'Try it again once the store can be written. Clients are served and copies compared all the same.',
};

interface AlertProps {
  readonly title: string;
  readonly detail: string;
  readonly advice: ComponentChildren;
}

function Alert({ title, detail, advice }: AlertProps) {
  return (
    <div class="state failure" role="alert">
      <p class="state-title">
        <Glyph tone="bad" /> {title}
      </p>
      <p>{detail}</p>
      <p class="faint">{advice}</p>
    </div>
  );
}

/** The same for rows that are filtered and paged: while others are read, the former ones are there, and look so. */
export function ShownRows<Value>({
  of,
  children,
}: {
  readonly of: Kept<Value>;
  readonly children: (value: Value) => ComponentChildren;
}) {
  return (
    <div class={of.isFormer ? 'rows former' : 'rows'} aria-busy={of.isFormer}>
      <Shown resource={of.resource}>{children}</Shown>
    </div>
  );
}

/** The value once there is one. A value that could not be read again stays, with a note. */
export function Shown<Value>({
  resource,
  children,
}: {
  readonly resource: Resource<Value>;
  readonly children: (value: Value) => ComponentChildren;
}) {
  switch (resource.state) {
    case 'loading':
      return <Loading />;
    case 'failed':
      return <Failure problem={resource.problem} />;
    case 'ready':
      return (
        <>
          {resource.problem !== undefined && resource.problem.code !== 'unreachable' && (
            <Failure problem={resource.problem} />
          )}
          {children(resource.value)}
        </>
      );
  }
}

function titleOf({ code }: Problem): string {
  switch (code) {
    case 'unreachable':
      return 'No answer';
    case 'not_found':
      return 'Not found';
    case 'store_unusable':
      return 'The results can’t be read';
    case 'invalid_query':
      return 'This address can’t be shown';
    case 'late':
      return 'No answer yet';
    case 'unauthorized':
      return 'Not let in';
    case 'too_many_guesses':
      return 'Too many guesses';
    default:
      return 'This could not be read';
  }
}

function adviceOn({ code }: Problem): ComponentChildren {
  switch (code) {
    case 'unreachable':
      return 'It is tried again every two seconds. See whether the process runs, and whether its admin address is still this one.';
    case 'not_found':
      return 'It may have been removed by the retention, or be of another service, rehearsal or time.';
    case 'store_unusable':
      return 'Clients are served and copies compared all the same. What is recorded is shown as soon as it can be read.';
    case 'invalid_query':
      return 'Choose the filters anew.';
    case 'unauthorized':
      return 'Take the token from the configuration or the environment of this Understudy.';
    case 'too_many_guesses':
      return 'Until then the right token is refused, too. After five seconds one more may be tried.';
    case 'page':
      return 'Load the page again. If it stays so, it is a mistake of Understudy: please report it with these words.';
    default:
      return 'The log of the process says more.';
  }
}
