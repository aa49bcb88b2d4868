import * as z from 'zod';
import { BUCKETS } from '../../model/rollout.ts';
import { cookieName, keyed } from './keys.ts';
import { fields, together } from './shape.ts';
import { choice, fieldName, headerValue, share, text } from './values.ts';

/** Which users, and what share of them: for rollouts and experiments alike. */

/** A share of the users, who are divided into 10,000 buckets. */
export const portion = (min: string) => share({ min, max: '100%' });

export const wholeBuckets = (written: number) => Math.abs(written * BUCKETS - Math.round(written * BUCKETS)) < 1e-6;

export const BETWEEN_BUCKETS = 'between two hundredths of a percent';

const stickyKey = z.union([
  choice(['address']).transform((by): { by: 'address' } => ({ by })),
  keyed({
    header: 'Requests with the same value of this header are of one user.',
    cookie: 'Requests with the same value of this cookie are of one user.',
  }),
]);

export const sticky = z.array(stickyKey).min(1).max(8);

export const salt = text({
  noun: 'a salt',
  form: /^[\x21-\x7e]{1,256}$/,
  allowed: '1 to 256 visible ASCII characters without spaces, such as release-2026-12',
});

export const cohortName = text({
  noun: 'the name of a cohort',
  form: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  allowed: '1 to 64 letters, digits and . _ -, beginning with a letter or digit',
}).meta({ description: 'What the cohort is called in results and in the log.' });

const ANY = '*';

const conditions = (record: Readonly<Record<string, string>>) =>
  Object.entries(record).map(([name, written]) => ({ name, value: written === ANY ? undefined : written }));

const cookieValue = text({
  noun: 'the value of a cookie',
  form: /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,1024}$/,
  allowed: 'visible ASCII characters without quotes, commas, semicolons and backslashes; or * for any value',
});

/** What the requests of a group of users have in common. */
export const when = z
  .strictObject({
    header: fields(fieldName(), headerValue())
      .transform(conditions)
      .prefault({})
      .meta({ description: 'Headers with the value that each must have, or * if any value will do.' }),
    cookie: z
      .record(cookieName, cookieValue)
      .transform(conditions)
      .prefault({})
      .meta({ description: 'Cookies with the value that each must have, or * if any value will do.' }),
  })
  .check(
    together<{ header?: readonly unknown[]; cookie?: readonly unknown[] }>((_, { header = [], cookie = [] }) =>
      header.length + cookie.length > 0
        ? []
        : [
            {
              wrong: 'no condition, so that all users would belong',
              allowed: 'at least one header or cookie',
              missing: true,
            },
          ],
    ),
  );
