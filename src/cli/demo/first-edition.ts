import { randomUUID } from 'node:crypto';
import { type BoxOffice, found, json } from './box-office.ts';
import { orders, performances, plays, venues } from './catalogue.ts';

const PAGE = 10;
const GROUP = 4;
const GROUP_DISCOUNT = 0.125;

/** The version in production: the primary, and the control. */
export const firstEdition: BoxOffice = {
  home: () => ({
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'public, max-age=60' },
    body: '<!doctype html>\n<title>Box office</title>\n<h1>Tonight</h1>\n<p>See <a href="/plays">all plays</a>.</p>\n',
    work: 1,
  }),

  listPlays: (page) => {
    const items = plays.slice((page - 1) * PAGE, page * PAGE).map(({ id, title }) => ({ id, title }));
    return json({ page, pages: Math.ceil(plays.length / PAGE), items });
  },

  showPlay: (id) => found(plays.find((play) => play.id === id)),

  listPerformances: (playId) =>
    json(
      performances
        .filter((performance) => performance.playId === playId)
        .toSorted((a, b) => a.startsAt.localeCompare(b.startsAt))
        .map(({ id, startsAt, venue }) => ({ id, startsAt, venue })),
    ),

  showPerformance: (id) => found(performances.find((performance) => performance.id === id)),

  listSeats: (performanceId) => {
    const left = performances.find(({ id }) => id === performanceId)?.seatsLeft ?? 0;
    return json({
      performanceId,
      left,
      rows: Array.from('ABCDEF', (row, index) => ({ row, free: (left + index) % 12 })),
    });
  },

  quote: (performanceId, tickets) => {
    const cents = (performances.find(({ id }) => id === performanceId)?.price ?? 0) * tickets;
    const discount = tickets >= GROUP ? Math.round(cents * GROUP_DISCOUNT) : 0;
    return json({ performanceId, tickets, total: (cents - discount) / 100, currency: 'EUR' });
  },

  showVenue: (name) =>
    found(
      venues.find((venue) => venue.name === name),
      { 'cache-control': 'public, max-age=300' },
    ),

  showOrder: (id) => {
    const order = orders.find((candidate) => candidate.id === id);
    return order?.state === 'refunded' ? json({ error: 'refunded' }, { status: 410 }) : found(order);
  },

  placeOrder: () => json({ id: randomUUID() }, { status: 201 }),

  /** Different in every response: time and token are noise. */
  nowPlaying: () =>
    json({
      generatedAt: performance.timeOrigin + performance.now(),
      token: randomUUID(),
      playing: plays.slice(0, 5).map(({ title }) => title),
    }),
};
