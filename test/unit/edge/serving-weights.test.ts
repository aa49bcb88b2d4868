import { expect, it } from 'vitest';
import { ServingWeights } from '../../../src/edge/serving-weights.ts';
import { rowAt } from '../../support/rows.ts';

function shared() {
  const memory = ServingWeights.allocate();
  return { main: new ServingWeights(memory), edge: new ServingWeights(memory) };
}

it('lets production serve everybody until a weight is set, and once it is stopped', () => {
  const { main, edge } = shared();
  expect(edge.at(rowAt(3), 0)).toBe('stopped');
  main.set(rowAt(3), 0, 0);
  expect(edge.at(rowAt(3), 0)).toBe(0);
  main.set(rowAt(3), 0, 10_000);
  expect(edge.at(rowAt(3), 0)).toBe(10_000);
  expect(edge.at(rowAt(2), 0)).toBe('stopped');
  main.set(rowAt(3), 0, 'stopped');
  expect(edge.at(rowAt(3), 0)).toBe('stopped');
});

it('keeps the weights of two candidates apart, for as long as some threads know the one and some the other', () => {
  const { main, edge } = shared();
  main.set(rowAt(3), 0, 10_000);
  expect(edge.at(rowAt(3), 1)).toBe('stopped');
  main.set(rowAt(3), 1, 500);
  expect([edge.at(rowAt(3), 0), edge.at(rowAt(3), 1)]).toEqual([10_000, 500]);
  expect([edge.at(rowAt(2), 1), edge.at(rowAt(4), 0)]).toEqual(['stopped', 'stopped']);
});
