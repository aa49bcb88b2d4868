import { expect, test } from 'vitest';
import { answer } from '../../../src/cli/demo/box-office.ts';
import { firstEdition } from '../../../src/cli/demo/first-edition.ts';
import { planRequests } from '../../../src/cli/demo/plan.ts';
import { secondEdition } from '../../../src/cli/demo/second-edition.ts';

const plan = planRequests(2000, 1);
const ask = (edition: typeof firstEdition, path: string) => answer(edition, 'GET', path);
const kindOf = (path: string) =>
  path
    .replace(/\?.*/, '')
    .replace(/\d+/g, ':id')
    .replace(/^\/venues\/.*/, '/venues/:name');

test('the audience asks the same for the same seed, and something else for another', () => {
  expect(planRequests(2000, 1)).toEqual(plan);
  expect(planRequests(2000, 2)).not.toEqual(plan);
});

test('the editions differ exactly where the second has a mistake', () => {
  const differing = plan
    .filter(({ method, path }) => method === 'GET' && path !== '/now-playing')
    .filter(({ path }) => JSON.stringify(ask(firstEdition, path)) !== JSON.stringify(ask(secondEdition, path)));
  expect(new Set(differing.map(({ path }) => kindOf(path)))).toEqual(
    new Set([
      '/plays',
      '/plays/:id/performances',
      '/performances/:id',
      '/performances/:id/seats',
      '/performances/:id/quote',
      '/venues/:name',
      '/orders/:id',
    ]),
  );
});

test('the slow route answers the same', () => {
  const { work: first, ...left } = ask(firstEdition, '/performances/1000/seats');
  const { work: second, ...right } = ask(secondEdition, '/performances/1000/seats');
  expect(right).toEqual(left);
  expect(second).toBeGreaterThan(first);
});

test('what is playing now is noise: one edition differs from itself', () => {
  expect(ask(firstEdition, '/now-playing').body).not.toBe(ask(firstEdition, '/now-playing').body);
});

test('most of the answers to the audience are the same', () => {
  const same = plan.filter(({ path }) => ask(firstEdition, path).body === ask(secondEdition, path).body);
  expect(same.length).toBeGreaterThan(plan.length / 2);
});
