import { expect, test } from 'vitest';
import { asCurl } from '../../../../src/results/exchange/curl.ts';
import { cutAround, cutBeside } from '../../../../src/results/exchange/cut.ts';
import { fieldRows } from '../../../../src/results/exchange/fields.ts';
import { changeInWords } from '../../../../src/results/exchange/value-change.ts';
import { segmentText } from './as-text.ts';
import { answered, recorded, textBody } from './recorded.ts';

test.each([
  ['335.83', '335.84', '+0.01 (0.00298%)'],
  ['1', '0', '-1 (100%)'],
  ['0', '5', '+5'],
  ['1000', '2250', '+1,250 (125%)'],
  ['9007199254740993', '9007199254740992', 'the same in the precision of most programs'],
  ['1e400', '2e400', undefined],
  ['2026-11-03T12:00:00Z', '2026-11-03T12:00:01.2Z', '+1.2 s'],
  ['2026-11-03T12:00:00Z', '2026-11-03T13:00:00+01:00', 'the same moment'],
  ['Tue, 03 Nov 2026 12:00:00 GMT', 'Tue, 03 Nov 2026 11:30:00 GMT', '-30 min'],
  ['1767225600', '1767312000', '+24 h'],
  ['2026-01-01', '2026-01-11', '+10 days'],
  ['abc', 'ABC', 'other case'],
  ['a b', 'a  b', 'other white space'],
  ['\u00e9', 'e\u0301', 'the same characters, composed in another way'],
  ['x'.repeat(100), 'y'.repeat(120), '+20 characters'],
  ['cat', 'dog', undefined],
  ['same', 'same', undefined],
])('from %s to %s is %s', (left, right, words) => {
  expect(changeInWords(left, right)).toBe(words);
});

test('long texts are cut around what differs, and not within a character', () => {
  const [left, right] = cutAround(
    `${'a'.repeat(5000)}X${'b'.repeat(5000)}`,
    `${'a'.repeat(5000)}Yy${'b'.repeat(5000)}`,
  );
  const [shownLeft, shownRight] = [left, right].map((side) => side.map(segmentText).join(''));
  expect(shownLeft).toBe(`<4,940 more>${'a'.repeat(60)}[X]${'b'.repeat(40)}<4,960 more>`);
  expect(shownRight).toBe(`<4,940 more>${'a'.repeat(60)}[Yy]${'b'.repeat(40)}<4,960 more>`);
  for (const side of cutAround(`${'😀'.repeat(300)}`, `${'😀'.repeat(150)}😁${'😀'.repeat(150)}`).flat()) {
    expect(side.text.isWellFormed()).toBe(true);
  }
});

test('a short text is shown whole, with its middle marked', () => {
  expect(cutAround('price: 10', 'price: 12').map((side) => side.map(segmentText).join(''))).toEqual([
    'price: 1[0]',
    'price: 1[2]',
  ]);
  expect(cutAround('ab', 'a').map((side) => side.map(segmentText).join(''))).toEqual(['a[b]', 'a']);
});

test('a control that is equal to the primary is cut as that is, and a side that has nothing stays empty', () => {
  const long = 'x'.repeat(600);
  const sides = cutBeside([`${long}Z${long}`, `${long}Y${long}`, `${long}Z${long}`]);
  const [primary, shadow, control] = sides.map((side) => side!.map(segmentText).join(''));
  expect(primary).toContain('[Z]');
  expect(shadow).toContain('[Y]');
  expect(control).toBe(primary!.replace('[Z]', 'Z'));
  expect(cutBeside([undefined, 'b', 'a'])[0]).toBeUndefined();
  expect(cutBeside(['a', undefined, 'c']).map((side) => side?.map(segmentText).join(''))).toEqual([
    '[a]',
    undefined,
    '[c]',
  ]);
});

test('header fields stand beside each other, and only those that count are differences', () => {
  const exchange = {
    ...recorded({ primary: '', shadow: '' }, { differences: [{ path: 'header.set-cookie[sid]', kind: 'header' }] }),
    primary: answered('', ['Date', 'Mon', 'Set-Cookie', 'sid=1', 'X-A', '1']),
    shadow: answered('', ['date', 'Tue', 'set-cookie', 'sid=2', 'x-a', '1', 'X-New', 'n']),
  };
  const rows = fieldRows(exchange, 'fields').map(({ name, mark }) => [name, mark?.as]);
  expect(rows).toEqual([
    ['Date', 'no_difference'],
    ['Set-Cookie', 'difference'],
    ['X-A', undefined],
    ['X-New', 'no_difference'],
  ]);
});

test('secrets are left out of a request as curl, and are named', () => {
  const token = '~token:9f86d081884c~';
  const fields = ['Authorization', `Bearer ${token}`, 'Accept', 'text/html'];
  const request = { method: 'GET', target: '/o', fields, body: textBody('') };
  expect(asCurl({ request }, 'http')).toBe(
    "# left out: Authorization, which is a secret or has one in it\ncurl -i http://127.0.0.1:8080/o \\\n  -H 'Accept: text/html'",
  );
});

test('a request as curl goes to the host that the client asked, with TLS where that is how clients come', () => {
  const request = { method: 'GET', target: '/', fields: ['Host', 'shop.example:8443'], body: textBody('') };
  expect(asCurl({ request }, 'https')).toBe('curl -i https://shop.example:8443/');
});

test('a body that cannot be sent as it was is left out of a request as curl, and keeps its method', () => {
  const of = (body: ReturnType<typeof textBody>, method = 'PUT') =>
    asCurl({ request: { method, target: '/', fields: ['Host', 'p'], body } }, 'http');
  expect(of(textBody('AAEC', { encoding: 'base64' }))).toMatch(/not text\ncurl -i -X PUT http:\/\/p\/$/);
  expect(of(textBody('{"a', { truncated: true }), 'POST')).toMatch(/recorded in part\ncurl -i -X POST http:\/\/p\/$/);
  expect(of(textBody('a\0b'))).toMatch(/NUL character, as no argument can\ncurl -i -X PUT http:\/\/p\/$/);
  expect(of(textBody('\u00e9', { length: 1 }))).toMatch(/not recorded as it was sent\ncurl -i -X PUT http:\/\/p\/$/);
  expect(of(textBody('a'), 'HEAD')).toMatch(/^# left out: the body, .*\ncurl -i --head http:\/\/p\/$/);
});
