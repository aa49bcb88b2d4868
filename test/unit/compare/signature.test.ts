import { describe, expect, it } from 'vitest';
import { placesOf, signatureId, signaturePlaces } from '../../../src/compare/signature.ts';

const places = placesOf([
  { path: '$.b', kind: 'value' },
  { path: '$.a', kind: 'value' },
  { path: '$.b', kind: 'added' },
  { path: '$.b', kind: 'value' },
]);

describe('places', () => {
  it('are sorted and unique', () => {
    expect(places).toEqual([
      { path: '$.a', kind: 'value' },
      { path: '$.b', kind: 'added' },
      { path: '$.b', kind: 'value' },
    ]);
  });

  it('carry no values', () => {
    expect(placesOf([{ path: '$.a', kind: 'value', left: '1' } as never])).toEqual([{ path: '$.a', kind: 'value' }]);
  });
});

describe('a signature', () => {
  const id = signatureId('orders', 'mismatch', 200, 200, places);

  it('is stable from release to release, since stores keep it', () => {
    expect(id).toBe('c30ef45973ea3502');
  });

  it.each([
    ['route', signatureId('order', 'mismatch', 200, 200, places)],
    ['ending', signatureId('orders', 'noise', 200, 200, places)],
    ['primary status', signatureId('orders', 'mismatch', 201, 200, places)],
    ['shadow status', signatureId('orders', 'mismatch', 200, 201, places)],
    ['places', signatureId('orders', 'mismatch', 200, 200, places.slice(1))],
  ])('differs by %s', (_what, other) => {
    expect(other).not.toBe(id);
  });
});

it('what was found before the time ended is no part of a signature', () => {
  const budget = { path: '$', kind: 'budget' } as const;
  const vary = { path: 'header.vary', kind: 'header' } as const;
  const found = { path: '$.a', kind: 'value' } as const;
  expect(signaturePlaces({ differences: [found, vary, budget], outOfTime: true })).toEqual([budget, vary]);
  expect(signaturePlaces({ differences: [vary, budget], outOfTime: true })).toEqual([budget, vary]);
  expect(signaturePlaces({ differences: [found, vary] })).toEqual([found, vary]);
});
