import * as z from 'zod';
import { duration, integer, share, text } from './values.ts';

/** Of a rate: 0 would never be certain. */
const rate = (max: string) => share({ min: '0.0001%', max });

/** What may differ from route to route. */
const ofRoute = {
  epsilon: rate('50%').meta({
    description:
      'A pass means that mismatches, and failures, are certain to be at most this share of the exchanges. With none of either, that takes about 4.5 exchanges divided by it: 4,500 for 0.1%.',
    hazard: 'Small, and routes with few requests never pass; large, and a pass says little.',
  }),
  margin: share().meta({
    description:
      'How much slower than the control (the primary, without one) the shadow may be, as a share of the time to the last byte of the same request.',
    hazard: 'Near 0%, and a shadow that is as fast as the control never passes, since nobody can prove equality.',
  }),
  floor: duration({ min: '0s', max: '1h' }).meta({
    description: 'A smaller difference in time is none, whatever the margin.',
    hazard: 'At 0s a route that takes half a millisecond is slower by a few microseconds.',
  }),
  minExchanges: integer(0, 1_000_000_000).meta({
    description: 'Compared exchanges that a route has before it can pass.',
    unit: 'exchanges',
    hazard: 'Low, and a route passes before the requests that come once an hour have come.',
  }),
};

const routeName = text({
  noun: 'the name of a route',
  form: /^[ -~\u00a0-\uffff]{1,512}$/,
  allowed: 'a name as the report shows it, such as orders or "GET /users/:id"',
});

export const verdict = z
  .strictObject({
    alpha: rate('10%').prefault('0.1%').meta({
      description:
        'How likely it may be that a whole rehearsal of a shadow that is no worse is ever called a regression, over all routes, fields and moments at which anybody looks.',
      hazard: 'Large, and harmless versions are called regressions; tiny, and each proof takes more exchanges.',
    }),
    epsilon: ofRoute.epsilon.prefault('0.1%'),
    margin: ofRoute.margin.prefault('5%'),
    floor: ofRoute.floor.prefault('1ms'),
    coverage: share().prefault('99%').meta({
      description:
        'The share of the compared exchanges that must be of routes that pass. The other routes are listed as not judged.',
      hazard: 'Low, and a version passes of which most was never judged; 100%, and one rare route holds it up.',
    }),
    minExchanges: ofRoute.minExchanges.prefault('1000'),
    shed: share().prefault('1%').meta({
      description:
        'The share of the copies that may be lost to overload (full tapes, limits, a backlog, an open breaker) before the measurement is invalid.',
      hazard: 'Large, and what is lost may be just what is wrong: large or slow responses are lost first.',
    }),
    routes: z
      .record(routeName, z.strictObject(ofRoute).partial())
      .prefault({})
      .meta({
        description: 'Other settings for single routes, by name.',
        example: { orders: { epsilon: '0.01%' }, 'GET /search': { margin: '20%' } },
      }),
  })
  .prefault({})
  .meta({ description: 'What it takes to call the shadow a regression, or to pass it.' });
