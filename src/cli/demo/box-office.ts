/** The service of the demo: the requests that every edition answers, and how they are dispatched. */
export interface BoxOffice {
  home(): Answer;
  listPlays(page: number): Answer;
  showPlay(id: number): Answer;
  listPerformances(playId: number): Answer;
  showPerformance(id: number): Answer;
  listSeats(performanceId: number): Answer;
  quote(performanceId: number, tickets: number): Answer;
  showVenue(name: string): Answer;
  showOrder(id: number): Answer;
  placeOrder(): Answer;
  nowPlaying(): Answer;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds of work before the response. */
  readonly work: number;
}

type Handler = (office: BoxOffice, path: Readonly<Record<string, string>>, query: URLSearchParams) => Answer;

const routes: readonly (readonly [method: string, path: RegExp, handler: Handler])[] = [
  ['GET', /^\/$/, (office) => office.home()],
  ['GET', /^\/plays$/, (office, _path, query) => office.listPlays(Number(query.get('page') ?? 1))],
  ['GET', /^\/plays\/(?<id>\d+)$/, (office, { id }) => office.showPlay(Number(id))],
  ['GET', /^\/plays\/(?<id>\d+)\/performances$/, (office, { id }) => office.listPerformances(Number(id))],
  ['GET', /^\/performances\/(?<id>\d+)$/, (office, { id }) => office.showPerformance(Number(id))],
  ['GET', /^\/performances\/(?<id>\d+)\/seats$/, (office, { id }) => office.listSeats(Number(id))],
  [
    'GET',
    /^\/performances\/(?<id>\d+)\/quote$/,
    (office, { id }, query) => office.quote(Number(id), Number(query.get('tickets') ?? 1)),
  ],
  ['GET', /^\/venues\/(?<name>\w+)$/, (office, { name }) => office.showVenue(name!)],
  ['GET', /^\/orders\/(?<id>\d+)$/, (office, { id }) => office.showOrder(Number(id))],
  ['POST', /^\/orders$/, (office) => office.placeOrder()],
  ['GET', /^\/now-playing$/, (office) => office.nowPlaying()],
];

export function answer(office: BoxOffice, method: string, target: string): Answer {
  const { pathname, searchParams } = new URL(target, 'http://box-office');
  for (const [routeMethod, path, handler] of routes) {
    const match = method === routeMethod ? path.exec(pathname) : null;
    if (match !== null) return handler(office, match.groups ?? {}, searchParams);
  }
  return json({ error: 'not found' }, { status: 404 });
}

export function json(value: unknown, { status = 200, headers = {}, work = 1 }: Partial<Answer> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value), work };
}

/** The item, or a 404 if there is none. */
export function found(item: object | undefined, headers: Answer['headers'] = {}): Answer {
  return item === undefined ? json({ error: 'not found' }, { status: 404 }) : json(item, { headers });
}
