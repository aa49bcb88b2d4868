import * as z from 'zod';
import { duration, integer, share, text } from './values.ts';

/** For a rate; 0 would demand certainty, which does not exist. */
const rate = (max: string) => share({ min: '0.0001%', max });

/** Settings that may differ by route. */
const ofRoute = {
  epsilon: rate('50%').meta({
    description:
      'A pass proves that mismatches, and failures, are at most this share of the exchanges. If there are none, that takes about 4.5 divided by this share: 4,500 exchanges for 0.1%.',
    hazard: 'If it is small, routes with few requests never pass. If it is large, a pass says little.',
  }),
  margin: share().meta({
    description:
      'How much slower than the control (the primary, without one) the shadow may be, as a share of the time to the last byte of the same request.',
    hazard: 'Near 0%, a shadow that is as fast as the control never passes, because equality cannot be proven.',
  }),
  floor: duration({ min: '0s', max: '1h' }).meta({
    description: 'A smaller difference in time is ignored, whatever the margin.',
    hazard: 'At 0s, a route that takes half a millisecond counts as slower for a few microseconds.',
  }),
  minExchanges: integer(0, 1_000_000_000).meta({
    description: 'How many compared exchanges a route needs before it can pass.',
    unit: 'exchanges',
    hazard: 'If it is low, a route passes before the requests that come once an hour have come.',
  }),
};

const routeName = text({
  noun: 'the name of a route',
  form: /^[ -~\u00a0-\uffff]{1,512}$/,
  allowed: 'a name as shown in the report, such as orders or "GET /users/:id"',
});

export const verdict = z
  .strictObject({
    alpha: rate('10%').prefault('0.1%').meta({
      description:
        'The largest probability that a whole rehearsal of a shadow that is no worse is ever called a regression, over all routes and fields, however often anybody looks.',
      hazard:
        'If it is large, harmless versions are called regressions. If it is tiny, each proof takes more exchanges.',
    }),
    epsilon: ofRoute.epsilon.prefault('0.1%'),
    margin: ofRoute.margin.prefault('5%'),
    floor: ofRoute.floor.prefault('1ms'),
    coverage: share().prefault('99%').meta({
      description:
        'The share of the compared exchanges that must belong to routes that pass. The other routes are listed as not judged.',
      hazard:
        'If it is low, a version passes though most of it was never judged. At 100%, one rare route prevents a pass.',
    }),
    minExchanges: ofRoute.minExchanges.prefault('1000'),
    shed: share().prefault('1%').meta({
      description:
        'The share of the copies that may be lost to overload (full tapes, limits, a backlog, an open breaker) before the measurement is invalid. If as many are missing because mirroring was paused (mirror.pauseWhen), there is no pass, and proven harm stays.',
      hazard: 'If it is large, the mistakes may be in what was lost: large or slow responses are lost first.',
    }),
    routes: z
      .record(routeName, z.strictObject(ofRoute).partial())
      .prefault({})
      .meta({
        description: 'Settings for single routes, by name.',
        example: { orders: { epsilon: '0.01%' }, 'GET /search': { margin: '20%' } },
      }),
  })
  .prefault({})
  .meta({ description: 'When the shadow is called a regression, and when it passes.' });
