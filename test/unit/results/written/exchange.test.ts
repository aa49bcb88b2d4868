import { expect, test } from 'vitest';
import type { StoredExchange } from '../../../../src/model/store-reader.ts';
import { exchangeSection } from '../../../../src/results/written/exchange.ts';
import { answered, recorded, textBody } from '../exchange/recorded.ts';

const section = (exchange: Omit<StoredExchange, 'service'>) =>
  exchangeSection({ ...exchange, service: 'default' }, 'https').text;
const withTrailers = (status: string) => ({ ...answered('{"a":1}'), trailers: ['Grpc-Status', status] });

test('trailers that differ stand beside each other, as header fields do', () => {
  const differences = [{ path: 'trailer.grpc-status', kind: 'header', left: '0', right: '13' }] as const;
  const legs = { primary: withTrailers('0'), shadow: withTrailers('13') };
  const html = section({ ...recorded({ primary: '', shadow: '' }, { differences }), ...legs });
  expect(html).toMatch(/Trailers.*Grpc-Status: <mark>0<\/mark>.*Grpc-Status: <mark>13<\/mark>/s);
});

test('what differs behind the end of a recorded body is listed with its values, and the end is told', () => {
  const differences = [{ path: '$.z', kind: 'value', left: '"far"', right: '"away"' }] as const;
  const cut = answered(textBody('{"a":1,"b":[', { truncated: true, length: 99_999 }));
  const exchange = { ...recorded({ primary: '', shadow: '' }, { differences }), primary: cut, shadow: cut };
  const html = section(exchange);
  expect(html).toMatch(/value<td>\$\.z<td>&quot;<mark>far<\/mark>&quot;<td>&quot;<mark>away<\/mark>&quot;/);
  expect(html).toContain('Here the record ends');
  expect(section({ ...exchange, primary: answered('{}'), shadow: answered('{}') })).not.toContain('the record ends');
});

test('where the control alone differs, the row is marked as noise', () => {
  const html = section(recorded({ primary: '{"a":1,"b":1}', shadow: '{"a":1,"b":2}', control: '{"a":9,"b":1}' }));
  expect(html).toMatch(/<tr class="noise"><td><span title="noise: value">~<\/span><td> {2}a: <mark>1/);
});

test('rows beyond the limit are told', () => {
  const body = (step: number) => JSON.stringify(Array.from({ length: 400 }, (_, at) => at * step));
  expect(section(recorded({ primary: body(1), shadow: body(3) }))).toContain('and more rows');
});

test('as curl it asks in the way in which clients come', () => {
  expect(section(recorded({ primary: '', shadow: '' }))).toContain('curl -i https://');
});
