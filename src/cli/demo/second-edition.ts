import { type BoxOffice, found, json } from './box-office.ts';
import { orders, performances, plays } from './catalogue.ts';
import { firstEdition } from './first-edition.ts';

const PAGE = 10;
const GROUP = 4;
const GROUP_DISCOUNT = 0.125;

/** The version under test, with seven mistakes. Everything else is the same as in the first edition. */
export const secondEdition: BoxOffice = {
  ...firstEdition,

  /** Off by one: the last play of every page is missing. */
  listPlays: (page) => {
    const items = plays.slice((page - 1) * PAGE, page * PAGE - 1).map(({ id, title }) => ({ id, title }));
    return json({ page, pages: Math.ceil(plays.length / PAGE), items });
  },

  /** Another order: by number, no longer by date. */
  listPerformances: (playId) =>
    json(
      performances
        .filter((performance) => performance.playId === playId)
        .map(({ id, startsAt, venue }) => ({ id, startsAt, venue })),
    ),

  /** A renamed field: `startsAt` is now `startTime`. */
  showPerformance: (id) => {
    const performance = performances.find((candidate) => candidate.id === id);
    if (performance === undefined) return found(performance);
    const { startsAt, ...rest } = performance;
    return json({ ...rest, startTime: startsAt });
  },

  /** Slower, with the same response. */
  listSeats: (performanceId) => ({ ...firstEdition.listSeats(performanceId), work: 40 }),

  /** Sometimes a cent too dear: the discount is truncated, not rounded. */
  quote: (performanceId, tickets) => {
    const cents = (performances.find(({ id }) => id === performanceId)?.price ?? 0) * tickets;
    const discount = tickets >= GROUP ? Math.floor(cents * GROUP_DISCOUNT) : 0;
    return json({ performanceId, tickets, total: (cents - discount) / 100, currency: 'EUR' });
  },

  /** A missing header: no more Cache-Control. */
  showVenue: (name) => {
    const { 'cache-control': _, ...headers } = firstEdition.showVenue(name).headers;
    return { ...firstEdition.showVenue(name), headers };
  },

  /** Another status: a refunded order is no longer 410, but 404. */
  showOrder: (id) => {
    const order = orders.find((candidate) => candidate.id === id);
    return order?.state === 'refunded' ? json({ error: 'refunded' }, { status: 404 }) : found(order);
  },
};
