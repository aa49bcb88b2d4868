import { expect, it } from 'vitest';
import { ServingWeights } from '../../../src/edge/serving-weights.ts';
import { rowAt } from '../../support/rows.ts';

it('lets production serve everybody until a weight is set, and once it is stopped', () => {
  const memory = ServingWeights.allocate();
  const [main, edge] = [new ServingWeights(memory), new ServingWeights(memory)];
  expect(edge.at(rowAt(3))).toBe('stopped');
  main.set(rowAt(3), 0);
  expect(edge.at(rowAt(3))).toBe(0);
  main.set(rowAt(3), 10_000);
  expect(edge.at(rowAt(3))).toBe(10_000);
  expect(edge.at(rowAt(2))).toBe('stopped');
  main.set(rowAt(3), 'stopped');
  expect(edge.at(rowAt(3))).toBe('stopped');
});
