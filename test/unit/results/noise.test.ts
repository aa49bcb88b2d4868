import { expect, test } from 'vitest';
import { renderNoise } from '../../../src/cli/noise-text.ts';
import type { Place } from '../../../src/model/difference.ts';
import type { StoredExchange, StoredSignature } from '../../../src/model/store-reader.ts';
import { readNoise } from '../../../src/results/noise.ts';
import { signature } from '../../support/flushes.ts';
import { recordedJson } from '../compare/recorded-pair.ts';

const ID = '3611171d-86ae-484d-978f-b986fbcd550b';
const OTHER_ID = 'e0b9d9ba-74d7-4e72-87cc-5745f1214a44';
const [id, at] = ['$.id', '$.at'].map((path): Place => ({ path, kind: 'value' })) as [Place, Place];

function readerOf(rows: readonly Partial<StoredSignature>[]) {
  const stored = rows.map((row): StoredSignature => ({ ...signature(), service: 'default', ending: 'noise', ...row }));
  const exchange: StoredExchange = { ...recordedJson({ id: ID }, { id: OTHER_ID }), service: 'default' };
  return {
    signatures: async () => stored,
    signature: async (wanted: string) => {
      const row = stored.find((each) => each.id === wanted);
      return row && { ...row, examples: [exchange] };
    },
  };
}

test('what differs by itself is told by route and place, with how often, and with rules that accept it', async () => {
  const noise = await readNoise(
    readerOf([
      { id: 'n1', places: [id, at], count: 5 },
      { id: 'n2', places: [id], count: 2 },
      { id: 'n3', route: 'users', places: [id], count: 90 },
    ]),
    {},
  );
  expect(noise).toMatchObject([
    { route: 'users', count: 90 },
    {
      route: 'orders',
      count: 7,
      places: [
        { path: '$.id', count: 7 },
        { path: '$.at', count: 5 },
      ],
    },
  ]);
  expect(noise[1]!.proposal).toContain('- {path: $.id, as: uuid}');
  const text = renderNoise(noise);
  expect(text).toContain('# orders: noise alone in 7 exchanges\n#   $.id (value) in 7 of them\n');
  expect(text.split('\n').every((line) => /^(?:#|\s|routes:|compare:|$)/.test(line))).toBe(true);
});

test('where nothing differs by itself there is a comment and nothing else', async () => {
  expect(renderNoise(await readNoise(readerOf([]), {}))).toMatch(/^# .*\n$/);
});
