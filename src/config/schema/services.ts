import * as z from 'zod';
import { MAX_SERVICES, NO_SERVICE } from '../../model/service.ts';
import { match } from './match.ts';
import { between } from './shape.ts';
import { shadow, target } from './target.ts';
import { pattern, value } from './values.ts';

/** Each has connections, a breaker and a share of the mirror of its own. */

const NAME = /^(?!none$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const serviceName = value<string>(
  { allowed: '1 to 64 letters, digits and . _ -, beginning with a letter or digit', json: pattern(NAME) },
  (written) => {
    if (written === NO_SERVICE) return { wrong: 'reserved for the requests that are for no service' };
    return NAME.test(written) ? { value: written } : { wrong: 'not the name of a service' };
  },
);

const service = z.strictObject({
  match: match.optional().meta({
    description:
      'The requests that are for this service, beside those that a route sends to it. Services are asked in the order in which they are written, after the routes. An empty match, {}, takes all that is left.',
    absent: 'none but those of its routes; where it is the only service, all requests',
    example: { host: 'orders.example.com' },
  }),
  primary: target.meta({
    description: 'The production version of this service; a URL alone is short for {url: …}.',
    example: 'http://orders:3000',
  }),
  shadow: shadow.optional().meta({
    description: 'The version of this service that is under test.',
    absent: 'nothing is copied: its requests are skipped, reason no_shadow',
    hazard: 'Whatever it writes, mails or charges is real, unless it is kept from it.',
    example: 'http://orders-next:3000',
  }),
  control: target.optional().meta({
    description: 'A second instance of its production version.',
    absent: 'noise is not measured',
    example: 'http://orders-control:3000',
  }),
});

export const services = z
  .record(serviceName, service)
  .check(between({ least: 1, most: MAX_SERVICES, noun: 'service' }))
  .optional()
  .meta({
    description: `Several services behind one Understudy, by name, in place of primary, shadow and control: at most ${MAX_SERVICES}. A route says in service which one its requests are for. What is for none is answered with a 404, and counted under the service none. Results, breaker and limits are those of each service: mirror.inFlight and mirror.buffer are divided into equal parts for those that have a shadow; of mirror.rate and mirror.tape each has an equal part for itself, and what the others leave.`,
    absent: 'there is one service, named default: that of primary, shadow and control',
    example: {
      orders: {
        match: { host: 'orders.example.com' },
        primary: 'http://orders:3000',
        shadow: 'http://orders-next:3000',
      },
      users: { match: { path: '/users/*' }, primary: 'http://users:3000' },
    },
    hazard:
      'With many services the parts are small: raise mirror.inFlight and mirror.buffer with their number. One that is renamed begins anew.',
  });
