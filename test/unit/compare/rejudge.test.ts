import { describe, expect, it } from 'vitest';
import { makeComparator } from '../../../src/compare/comparator.ts';
import { makeRejudge, type Rejudged } from '../../../src/compare/rejudge.ts';
import type { CompareConfig } from '../../../src/config/compare-types.ts';
import { parseConfigText } from '../../../src/config/load.ts';
import { Redactor } from '../../../src/findings/redactor.ts';
import type { CapturedExchange, CapturedLeg } from '../../../src/model/exchange.ts';
import type { RecordedExchange } from '../../../src/model/finding.ts';
import { answer, captured } from '../../support/captured.ts';

const redactor = new Redactor({ headers: [], paths: ['$.hidden'], query: [] }, Buffer.alloc(32));

function compareConfig(...rules: readonly string[]): CompareConfig {
  const result = parseConfigText(`compare: {rules: [${rules.join(', ')}]}`, 'a.yaml', { env: {}, cpus: 1 });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.config.routes.at(-1)!.compare;
}

/** As a compare thread would have recorded it, under no rules. */
function recorded(legs: Pick<CapturedExchange, 'primary' | 'shadow'> & Partial<CapturedExchange>): RecordedExchange {
  const exchange = { ...captured(), ...legs };
  const { primary, shadow } = exchange;
  if ('failure' in primary || 'failure' in shadow) throw new Error('nothing to compare');
  const comparison = makeComparator(compareConfig())(primary.response, shadow.response);
  return redactor.redactExchange(exchange, { route: 'a', ending: 'mismatch', comparison });
}

function json(body: unknown, fields: readonly string[] = []): CapturedLeg {
  return answer({ fields: ['Content-Type', 'application/json', ...fields], body: JSON.stringify(body) });
}

function rejudge(exchange: RecordedExchange, ...rules: readonly string[]): Rejudged {
  return makeRejudge(compareConfig(...rules))(exchange)!;
}

function summary({ ending, judgement, accepted, untried }: Rejudged) {
  return {
    ending,
    standing: judgement.mismatching.map(({ path }) => path),
    accepted: accepted.map(({ path, index }) => `${path} by ${index}`),
    untried: untried.map(({ path, why }) => `${path} ${why}`),
  };
}

describe('a recorded exchange, judged again', () => {
  const exchange = recorded({ primary: json({ price: 1, at: 1 }), shadow: json({ price: 1.004, at: 2 }) });

  it('is what it was under the same rules', () => {
    expect(summary(rejudge(exchange))).toEqual({
      ending: 'mismatch',
      standing: ['$.price', '$.at'],
      accepted: [],
      untried: [],
    });
  });

  it('is accepted where rules accept all that differs', () => {
    const judged = rejudge(exchange, '{path: $.at, ignore: true}', '{path: $.price, within: 1%}');
    expect(summary(judged)).toEqual({
      ending: 'accepted',
      standing: [],
      accepted: ['$.price by 1', '$.at by 0'],
      untried: [],
    });
  });

  it('stays a mismatch where a part is left', () => {
    expect(summary(rejudge(exchange, '{path: $.price, within: 0.1%}', '{path: $.at, as: number}'))).toEqual({
      ending: 'mismatch',
      standing: ['$.price'],
      accepted: ['$.at by 1'],
      untried: [],
    });
  });

  it('is noise where its own control shows the same place', () => {
    const withControl = recorded({ primary: json({ a: 1 }), shadow: json({ a: 2 }), control: json({ a: 3 }) });
    expect(rejudge(withControl).ending).toBe('noise');
  });

  it('is none where a leg gave no response', () => {
    const failed = { ...exchange, shadow: { failure: 'timeout', detail: '' } as const };
    expect(makeRejudge(compareConfig())(failed)).toBeUndefined();
  });

  it('is not judged by rules that have expired', () => {
    const late = { now: () => 0, wall: () => Date.UTC(2030, 0, 1), monotonic: () => 0 } as never;
    const config = compareConfig('{path: $, ignore: true, until: 2029-01-01}');
    expect(makeRejudge(config, late)(exchange)!.ending).toBe('mismatch');
  });
});

describe('a hidden value', () => {
  const body = (hidden: string, open: number) => json({ hidden, open });
  const exchange = recorded({ primary: body('first secret', 1), shadow: body('other secret', 2) });

  it('differs as ever where no rule is about it', () => {
    expect(summary(rejudge(exchange, '{path: $.open, ignore: true}'))).toMatchObject({
      ending: 'mismatch',
      standing: ['$.hidden'],
      untried: [],
    });
  });

  it.each(['ignore: true', 'as: any'])('is accepted by what holds whatever it is: %s', (effect) => {
    const judged = rejudge(exchange, `{path: $.hidden, ${effect}}`, '{path: $.open, ignore: true}');
    expect(summary(judged)).toMatchObject({ ending: 'accepted', untried: [] });
  });

  it.each([
    'as: string',
    'as: token',
    'as: uuid',
    'as: number',
    'within: 1',
    'matches: ".*"',
    'matches: x',
    'oneOf: [a]',
    'anyCase: true',
  ])('can not be tried against a rule that looks at it: %s', (effect) => {
    const judged = rejudge(exchange, `{path: $.hidden, ${effect}}`, '{path: $.open, ignore: true}');
    expect(summary(judged)).toEqual({
      ending: 'untried',
      standing: [],
      accepted: ['$.open by 1'],
      untried: ['$.hidden redacted'],
    });
  });

  it('leaves the exchange a mismatch where something else differs', () => {
    expect(summary(rejudge(exchange, '{path: $.hidden, as: token}'))).toMatchObject({
      ending: 'mismatch',
      standing: ['$.open'],
      untried: ['$.hidden redacted'],
    });
  });

  it('of a cookie is one, too', () => {
    const cookie = (value: string) => json({}, ['Set-Cookie', `sid=${value}; Path=/`]);
    const exchange = recorded({ primary: cookie('0123456789abcdef'), shadow: cookie('fedcba9876543210') });
    const judged = rejudge(exchange, '{header: set-cookie, as: token}');
    expect(summary(judged)).toMatchObject({ ending: 'untried', untried: ['header.set-cookie[sid] redacted'] });
  });
});

describe('a body that was recorded in part', () => {
  const long = (end: string, version: string) => json({ text: 'a'.repeat(70_000), end }, ['X-Version', version]);
  const exchange = recorded({ primary: long('1', '1'), shadow: long('2', '2') });

  it('can not be tried, but its head can', () => {
    expect(summary(rejudge(exchange, '{header: x-version, ignore: true}'))).toEqual({
      ending: 'untried',
      standing: [],
      accepted: ['header.x-version by 0'],
      untried: ['$.end cut'],
    });
    expect(summary(rejudge(exchange))).toMatchObject({ ending: 'mismatch', standing: ['header.x-version'] });
  });

  it('is the same as ever where it did not differ', () => {
    const equal = recorded({ primary: long('1', '1'), shadow: long('1', '2') });
    expect(summary(rejudge(equal, '{header: x-version, ignore: true}'))).toMatchObject({
      ending: 'accepted',
      untried: [],
    });
  });
});

it('a body that was withheld can not be tried', () => {
  const broken = (text: string) => answer({ fields: ['Content-Type', 'application/json'], body: `{"hidden": ${text}` });
  const exchange = recorded({ primary: broken('1'), shadow: broken('2') });
  const { ending, untried } = rejudge(exchange, '{path: $, ignore: true}');
  expect(ending).toBe('untried');
  expect(untried.map(({ why }) => why)).toContain('withheld');
});
