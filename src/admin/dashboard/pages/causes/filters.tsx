import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { count } from '../../../../lib/figures.ts';
import { DIFFERENCE_KINDS } from '../../../../model/difference.ts';
import type { CausesAnswer } from '../../data/answers.ts';
import { go, here, usePlace } from '../../shell/location.ts';

const STATES = ['open', 'expected', 'fixed', 'all'] as const;

/** The filters are in the URL; a change of one goes back to the first page of the table. */
export function CauseFilters({ answer }: { readonly answer: CausesAnswer | undefined }) {
  const state = usePlace().query.get('state') ?? 'open';
  return (
    <search class="filters">
      <nav class="choices" aria-label="State">
        {STATES.map((each) => (
          <a
            key={each}
            href={here({ state: each === 'open' ? undefined : each, offset: undefined })}
            aria-current={each === state ? 'true' : undefined}
          >
            {each} {each !== 'all' && answer && <span class="faint">{count(answer.states[each])}</span>}
          </a>
        ))}
      </nav>
      <SearchField label="Filter by text" placeholder="place, route, status …" />
      <RouteField causes={answer?.causes ?? []} />
      <Choice name="kind" label="Kind" none="any">
        {DIFFERENCE_KINDS.map((kind) => (
          <option key={kind}>{kind}</option>
        ))}
      </Choice>
      <Choice name="novelty" label="Since the last rehearsal" none="new and known">
        <option>new</option>
        <option>known</option>
      </Choice>
      <Choice name="repeated" label="When repeated" none="any">
        <option>persistent</option>
        <option>transient</option>
      </Choice>
    </search>
  );
}

/** How long after the last key the table is asked for. */
const TYPING = 200;

export function SearchField({ label, placeholder }: { readonly label: string; readonly placeholder: string }) {
  const { query } = usePlace();
  const field = useRef<HTMLInputElement>(null);
  const text = query.get('text') ?? '';
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The back button changes it, too. What is being typed is newer than the address.
  useEffect(() => {
    if (field.current !== null && timer.current === undefined) field.current.value = text;
  }, [text]);
  useEffect(() => () => clearTimeout(timer.current), []);
  function search(): void {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      timer.current = undefined;
      go(here({ text: field.current?.value, offset: undefined }), { replace: true });
    }, TYPING);
  }
  return (
    <input
      ref={field}
      type="search"
      data-search
      aria-label={label}
      aria-keyshortcuts="/"
      placeholder={placeholder}
      defaultValue={text}
      onInput={search}
    />
  );
}

/** One route, by its whole name. Those of the causes that are listed are suggested. */
function RouteField({ causes }: Pick<CausesAnswer, 'causes'>) {
  const field = useRef<HTMLInputElement>(null);
  const suggestions = useId();
  const route = usePlace().query.get('route') ?? '';
  const routes = [...new Set(causes.flatMap((cause) => cause.routes.map((each) => each.route)))].sort();
  // Links and the back button change it, too.
  useEffect(() => {
    if (field.current !== null) field.current.value = route;
  }, [route]);
  const choose = (name: string) => go(here({ route: name, offset: undefined }));
  return (
    <label>
      Route
      <input
        ref={field}
        type="search"
        list={suggestions}
        placeholder="any"
        defaultValue={route}
        // A name that is chosen or cleared is meant at once; one that is typed, with Enter or on leaving.
        onInput={({ currentTarget: { value } }) => (value === '' || routes.includes(value)) && choose(value)}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
      />
      <datalist id={suggestions}>
        {routes.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}

export function Choice({
  name,
  label,
  none,
  children,
}: {
  /** Of the parameter. */
  readonly name: string;
  readonly label: string;
  readonly none: string;
  readonly children: ComponentChildren;
}) {
  const { query } = usePlace();
  return (
    <label>
      {label}
      <select
        value={query.get(name) ?? ''}
        onChange={({ currentTarget }) => go(here({ [name]: currentTarget.value, offset: undefined }))}
      >
        <option value="">{none}</option>
        {children}
      </select>
    </label>
  );
}
