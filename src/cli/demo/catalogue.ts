import { pick, seededRandom } from './random.ts';

/** The data of the box office, the same in every edition and every run. Prices are in cents. */
export interface Play {
  readonly id: number;
  readonly title: string;
  readonly author: string;
  readonly minutes: number;
  readonly tags: readonly string[];
}

export interface Performance {
  readonly id: number;
  readonly playId: number;
  readonly venue: string;
  readonly startsAt: string;
  readonly seatsLeft: number;
  readonly price: number;
}

export interface Venue {
  readonly name: string;
  readonly city: string;
  readonly seats: number;
}

export interface Order {
  readonly id: number;
  readonly performanceId: number;
  readonly tickets: number;
  readonly state: 'paid' | 'refunded';
}

const random = seededRandom(1616);
const SUBJECTS = [
  'The Understudy',
  'A Second Cast',
  'The Prompter',
  'Three Curtains',
  'The Last Matinee',
  'An Empty Box',
];
const TURNS = ['Returns', 'in Winter', 'and the Critic', 'Forgets a Line', 'at Midnight', 'Improvises', 'on Tour'];
const AUTHORS = ['I. Marlow', 'B. Fontane', 'C. Goldoni', 'H. Sand', 'A. Okonkwo', 'L. Strömberg'];
const TAGS = ['comedy', 'tragedy', 'premiere', 'family', 'musical', 'subtitled'];

export const venues: readonly Venue[] = [
  { name: 'globe', city: 'London', seats: 900 },
  { name: 'odeon', city: 'Paris', seats: 800 },
  { name: 'burg', city: 'Wien', seats: 1100 },
];

export const plays: readonly Play[] = SUBJECTS.flatMap((subject) => TURNS.map((turn) => `${subject} ${turn}`)).map(
  (title, index) => ({
    id: index + 1,
    title,
    author: pick(AUTHORS, random),
    minutes: 75 + Math.floor(random() * 90),
    tags: TAGS.filter(() => random() < 0.3),
  }),
);

export const performances: readonly Performance[] = Array.from({ length: plays.length * 4 }, (_, index) => ({
  id: 1000 + index,
  playId: plays[index % plays.length]!.id,
  venue: pick(venues, random).name,
  startsAt: new Date(Date.UTC(2027, Math.floor(random() * 12), 1 + Math.floor(random() * 28), 19, 30)).toISOString(),
  seatsLeft: Math.floor(random() * 400),
  price: 1500 + Math.floor(random() * 4000),
}));

export const orders: readonly Order[] = Array.from({ length: 80 }, (_, index) => ({
  id: 5000 + index,
  performanceId: pick(performances, random).id,
  tickets: 1 + Math.floor(random() * 6),
  state: index % 8 === 0 ? 'refunded' : 'paid',
}));
