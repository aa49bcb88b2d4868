import { expect, it } from 'vitest';
import { Redactor } from '../../../src/findings/redactor.ts';
import { answer, captured } from '../../support/captured.ts';

function recorded(body: string): string {
  const redactor = new Redactor({ headers: [], query: [], paths: [] }, Buffer.from('k'));
  const exchange = captured({ primary: answer({ fields: ['Content-Type', 'application/json'], body }) });
  const comparison = { differences: [], accepted: [], sides: new Map(), omitted: 0 };
  return JSON.stringify(redactor.redactExchange(exchange, { route: 'r', ending: 'mismatch', comparison }));
}

const LABELS = ['name', 'key', 'field', 'id', 'k'];
const VALUES = ['value', 'content', 'data', 'v'];

it.each(LABELS.flatMap((label) => VALUES.map((value) => [label, value])))(
  'hides a value whose name another member has, before it or behind it: %s, %s',
  (label, value) => {
    for (const [name, secret] of [
      ['password', '"hunter2-abc"'],
      ['pin', '918273'],
    ]) {
      for (const body of [
        `{"${label}":"${name}","${value}":${secret}}`,
        `{"${value}":${secret},"${label}":"${name}"}`,
        `[{ "${value}" : ${secret} ,\n "${label}" : "${name}" }]`,
      ])
        expect(recorded(body), body).not.toMatch(/hunter2-abc|918273/);
    }
  },
);

it('shows a value whose name is no secret', () => {
  expect(recorded('[{"value":"blue-sky-12","name":"colour"},{"name":"size","value":"large-one"}]')).toMatch(
    /blue-sky-12.*large-one/,
  );
});
