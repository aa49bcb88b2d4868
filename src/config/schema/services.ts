import * as z from 'zod';
import { MAX_SERVICES, NO_SERVICE } from '../../model/service.ts';
import { experiments } from './experiments.ts';
import { match } from './match.ts';
import { rollout } from './rollout.ts';
import { between } from './shape.ts';
import { shadow, target } from './target.ts';
import { pattern, value } from './values.ts';

/** Each has its own connections, breaker and share of the mirror. */

const NAME = /^(?!none$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const serviceName = value<string>(
  { allowed: '1 to 64 letters, digits and . _ -, beginning with a letter or digit', json: pattern(NAME) },
  (written) => {
    if (written === NO_SERVICE) return { wrong: 'reserved for requests that belong to no service' };
    return NAME.test(written) ? { value: written } : { wrong: 'not the name of a service' };
  },
);

const service = z.strictObject({
  match: match.optional().meta({
    description:
      'The requests for this service, in addition to those that a route sends to it. Routes are tried first, then services in the order in which they are written. An empty match, {}, takes all remaining requests.',
    absent: 'only requests of its routes; all requests if it is the only service',
    example: { host: 'orders.example.com' },
  }),
  primary: target.meta({
    description: 'The production version of this service; a URL alone is short for {url: …}.',
    example: 'http://orders:3000',
  }),
  shadow: shadow.optional().meta({
    description: 'The version of this service under test.',
    absent: 'nothing is copied: its requests are skipped, reason no_shadow',
    hazard: 'Whatever it writes, mails or charges is real, unless you prevent it.',
    example: 'http://orders-next:3000',
  }),
  control: target.optional().meta({
    description: 'A second instance of the production version of this service.',
    absent: 'noise is not measured',
    example: 'http://orders-control:3000',
  }),
  rollout: rollout.meta({
    description: 'The way of this service from its primary to its shadow.',
    absent: 'the primary serves all',
    example: { weight: '5%' },
  }),
  experiments: experiments.meta({ description: 'The A/B experiments of this service.' }),
});

export const services = z
  .record(serviceName, service)
  .check(between({ least: 1, most: MAX_SERVICES, noun: 'service' }))
  .optional()
  .meta({
    description: `Several services behind one Understudy, by name, in place of primary, shadow and control: at most ${MAX_SERVICES}. A route names its service in the option service. Requests for none of them get a 404, and are counted under the service none. Each service has its own results, breaker and limits: mirror.inFlight and mirror.buffer are divided equally among services with a shadow. Of mirror.rate and mirror.tape, each service has an equal part, and may use what the others leave.`,
    absent: 'there is one service, named default, with primary, shadow and control',
    example: {
      orders: {
        match: { host: 'orders.example.com' },
        primary: 'http://orders:3000',
        shadow: 'http://orders-next:3000',
      },
      users: { match: { path: '/users/*' }, primary: 'http://users:3000' },
    },
    hazard:
      'With many services the parts are small: raise mirror.inFlight and mirror.buffer with their number. A renamed service starts without results.',
  });
