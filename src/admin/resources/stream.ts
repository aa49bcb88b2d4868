import { type Answer, type Endpoint, endpoint } from '../endpoint.ts';
import type { EventStreams } from '../event-streams.ts';
import { Problem } from '../problem.ts';

const events: Answer<EventStreams> = {
  status: 200,
  type: 'text/event-stream',
  render: (streams) => streams,
  // A proxy in between would hold events back until they fill its buffer.
  headers: () => ({ 'x-accel-buffering': 'no' }),
};

export function stream(streams: EventStreams): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/stream',
      access: 'guarded',
      summary:
        'Server-sent events: `hello` at first, then `results`, `mirror`, `config`, `rollout` and `state` when that has changed. Nothing is sent again: ask for what is shown after each connect.',
      answer: events,
      problems: ['too_many_streams'],
      handle() {
        if (!streams.isFull) return streams;
        throw new Problem('too_many_streams', 'Too many pages are open. Ask at intervals, or close one.', {
          headers: { 'retry-after': '30' },
        });
      },
    }),
  ];
}
