/** Which of the configured routes a recorded exchange belongs to now: the one that its request would have. */
import { markerOf } from '../config/marker.ts';
import type { Config, Route } from '../config/types.ts';
import type { RequestHead } from '../model/exchange.ts';
import { DEFAULT_ROUTE } from '../model/route.ts';
import { fieldValue } from '../wire/fields.ts';
import { Router } from './routing.ts';

/** What an exchange was recorded under, and what was asked for. */
export interface RecordedUnder {
  /** Absent where there were no services yet: then it is of any that has the route. */
  readonly service?: string;
  readonly route: string;
  /** Absent: the names alone decide. What is hidden in it matches no literal, but any parameter. */
  readonly request?: RequestHead;
}

export class RecordedRoutes {
  readonly #config: Config;
  readonly #marker: string;
  readonly #routers = new Map<readonly Route[], Router>();
  readonly #ofServices: ReadonlyMap<string, readonly Route[]>;

  constructor(config: Config) {
    this.#config = config;
    this.#marker = markerOf(config);
    this.#ofServices = Map.groupBy(config.routes, ({ service }) => service);
  }

  /**
   * The route whose settings apply: the first that matches the request. Where none before it does, that by whose name
   * it was recorded, since what made it match may be hidden. Undefined if there is neither.
   */
  find({ service, route, request }: RecordedUnder): Route | undefined {
    const routes = this.#ofService(service);
    const named = routes.findIndex((each) => each.name === route || isGroupedBy(each, route));
    const matching = request === undefined ? undefined : this.#matching(routes, request);
    if (matching === undefined) return routes[named];
    return named === -1 || routes.indexOf(matching) < named ? matching : routes[named];
  }

  /** The global rules, as for requests of the service that match no route. */
  other({ service }: RecordedUnder): Route {
    return this.#ofService(service).findLast(({ name }) => name === DEFAULT_ROUTE) ?? this.#config.routes.at(-1)!;
  }

  /** How an exchange would be compared now: the settings of its route, and the marker of its copies. */
  comparedUnder(recorded: RecordedUnder): { readonly route: Route; readonly marker: string } {
    return { route: this.find(recorded) ?? this.other(recorded), marker: this.#marker };
  }

  /** Results of a service that is not configured any more may belong to any. */
  #ofService(service: string | undefined): readonly Route[] {
    return (service === undefined ? undefined : this.#ofServices.get(service)) ?? this.#config.routes;
  }

  /** Default routes match what no other does, so they are no match. */
  #matching(routes: readonly Route[], { method, target, fields }: RequestHead): Route | undefined {
    const named = routes.filter(({ name }) => name !== DEFAULT_ROUTE);
    const router = this.#routers.get(routes) ?? new Router([...named, this.#config.routes.at(-1)!]);
    this.#routers.set(routes, router);
    return named[router.find({ method, target, fields, authority: fieldValue(fields, 'host') ?? '' })];
  }
}

/** The settings of a route apply to the routes derived from it, such as `shop GET /shop/:id`. */
function isGroupedBy(route: Route, name: string): boolean {
  return route.grouped && name.startsWith(`${route.name} `);
}
