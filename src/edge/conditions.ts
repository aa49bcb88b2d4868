import type { RolloutConfig } from '../config/types.ts';
import type { Fields } from '../model/exchange.ts';
import { fieldList } from '../wire/fields.ts';
import { hasField } from './routing.ts';
import { cookie } from './sampling.ts';

/** What the requests of a group of users have in common. */
export type Conditions = RolloutConfig['cohorts'][number]['when'];

/** Whether a request meets all conditions. */
export function meets(fields: Fields, { header, cookie: cookies }: Conditions): boolean {
  return (
    header.every(({ name, value }) => hasField(fields, name, value)) &&
    cookies.every(({ name, value }) => {
      const sent = cookie(fieldList(fields, 'cookie'), name);
      return sent !== undefined && (value === undefined || sent === value);
    })
  );
}
