import { expect, it } from 'vitest';
import { compareJson } from './pair.ts';
import { recordedJson, recordedPair } from './recorded-pair.ts';

const FILLER = 'files and folders '.repeat(30);

it('what is long is cut around what differs', () => {
  const url = (end: string) => ({ url: `/packages/${FILLER}#${end}${FILLER}` });
  const [difference] = compareJson(url('md5=5b52'), url('sha256=9c1')).differences;
  expect(difference?.left).toMatch(/^"\/packages\/.*….*#md5=5b52.*…$/);
  expect(difference?.right).toMatch(/^"\/packages\/.*….*#sha256=9c1.*…$/);
  expect(Math.max(difference!.left!.length, difference!.right!.length)).toBeLessThanOrEqual(201);
});

it('one that is long only on one side, or only longer, differs in what is shown', () => {
  for (const [left, right] of [
    [FILLER, `${FILLER}more`],
    ['short', FILLER],
    [`${FILLER}a`, `${FILLER}b`],
  ]) {
    const [difference] = compareJson({ a: left }, { a: right }).differences;
    expect(difference?.left).not.toBe(difference?.right);
  }
});

it.each([
  ['beside the difference', (end: string) => `${FILLER} password=Zq7Xw9Lk2Mn5Pt8R ${end} ${FILLER}`],
  ['over the cut', (end: string) => `${FILLER} token=${'Zq7Xw9Lk2Mn5Pt8R'.repeat(8)}&a=${end}`],
  ['that differs itself', (end: string) => `${FILLER} api_key=Zq7Xw9Lk2Mn5Pt8R${'Zq7Xw9Lk'.repeat(20)}${end}`],
  ['with its name far away', (end: string) => `password=${'Zq7Xw9Lk2Mn5Pt8R'.repeat(30)}${end}`],
])('no part of a secret is left %s', (_, write) => {
  const bodies = [
    recordedJson({ a: write('one') }, { a: write('two') }),
    recordedPair({
      left: { type: 'text/plain', body: write('one') },
      right: { type: 'text/plain', body: write('two') },
    }),
    recordedPair({ left: { fields: ['X-A', write('one')] }, right: { fields: ['X-A', write('two')] } }),
  ];
  for (const { differences } of bodies) {
    expect(differences.length).toBeGreaterThan(0);
    expect(JSON.stringify(differences)).not.toMatch(/q7Xw9L|k2Mn5P/);
  }
});
