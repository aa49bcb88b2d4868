import { expect, it } from 'vitest';
import { connectFailure } from '../../../src/wire/connect-failure.ts';

it('the reason of a connection that could not be had is its own, or that of each address', () => {
  expect(connectFailure(new Error('refused'))).toBe('refused');
  const each = [new Error('connect ECONNREFUSED ::1:80'), new Error('connect ECONNREFUSED 127.0.0.1:80')];
  expect(connectFailure(new AggregateError(each))).toBe(
    'connect ECONNREFUSED ::1:80; connect ECONNREFUSED 127.0.0.1:80',
  );
});
