import { Recorded } from '../components/recorded.tsx';
import { link, ofService } from '../shell/location.ts';
import { useSeveral } from '../shell/scope.ts';

interface Named {
  readonly service: string;
  readonly route: string;
}

/** A route; where results of several services are shown, also its service. */
export function RouteName({ service, route }: Named) {
  const several = useSeveral();
  return (
    <>
      <Recorded text={route} />
      {several && <OfService service={service} />}
    </>
  );
}

export function OfService({ service }: Pick<Named, 'service'>) {
  return (
    <span class="faint">
      {' '}
      of <Recorded text={service} />
    </span>
  );
}

/** The same as the link of its row, to a page about this route: `routes` has its name in the path, `latency` in the query. */
export function RouteLink({ service, route, page }: Named & { readonly page: 'routes' | 'latency' }) {
  const several = useSeveral();
  const of = ofService(service);
  const href = page === 'routes' ? link(['routes', route], of) : link(['latency'], { ...of, route });
  return (
    <>
      <a href={href} data-row-link>
        <Recorded text={route} />
      </a>
      {several && <OfService service={service} />}
    </>
  );
}
