import { type Answer, type Attachable, type Endpoint, endpoint } from '../endpoint.ts';
import type { Entrance } from '../entrance.ts';
import type { EventStreams } from '../event-streams.ts';
import { Problem } from '../problem.ts';

const events: Answer<Attachable> = {
  status: 200,
  type: 'text/event-stream',
  render: (stream) => stream,
  // A proxy in between would hold events back until they fill its buffer.
  headers: () => ({ 'x-accel-buffering': 'no' }),
};

export function stream(streams: EventStreams, entrance: Pick<Entrance, 'admission'>): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/stream',
      access: 'guarded',
      summary:
        'Server-sent events: `hello` at first, then `results`, `mirror`, `config`, `rollout` and `state` when that has changed, `marks` when signatures were marked, and `rehearsals` when one was begun or deleted. It ends with the session of the browser that reads it. Nothing is sent again: ask for what is shown after each connect.',
      answer: events,
      problems: ['too_many_streams'],
      handle({ caller }) {
        if (!streams.isFull) return streams.while(entrance.admission(caller));
        throw new Problem('too_many_streams', 'Too many pages are open. Ask at intervals, or close one.', {
          headers: { 'retry-after': '30' },
        });
      },
    }),
  ];
}
