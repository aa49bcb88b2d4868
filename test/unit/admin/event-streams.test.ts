import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { EventStreams } from '../../../src/admin/event-streams.ts';

class Reader extends EventEmitter {
  writableLength = 0;
  text = '';
  state: 'open' | 'ended' | 'destroyed' = 'open';
  write(text: string): void {
    this.text += text;
  }
  end(): void {
    this.state = 'ended';
    this.emit('close');
  }
  destroy(): void {
    this.state = 'destroyed';
    this.emit('close');
  }
  get events(): string[] {
    return [...this.text.matchAll(/^event: (.*)\ndata: (.*)$/gm)].map(([, name, data]) => `${name} ${data}`);
  }
}

function stage() {
  let tick: (() => void) | undefined;
  let sights: Record<string, unknown> = { mirror: { enabled: true }, results: { at: 1 } };
  let looks = 0;
  const streams = new EventStreams({
    look: () => {
      looks++;
      return sights;
    },
    hello: () => ({ instance: 'one' }),
    every: (_, run) => {
      tick = run;
      return () => {
        tick = undefined;
      };
    },
  });
  return {
    streams,
    see: (changes: Record<string, unknown>) => {
      sights = { ...sights, ...changes };
      tick!();
    },
    attach: (isAdmitted = () => true) => {
      const reader = new Reader();
      streams.while(isAdmitted).attach(reader as unknown as ServerResponse);
      return reader;
    },
    get looks() {
      return looks;
    },
    get isTicking() {
      return tick !== undefined;
    },
  };
}

it('tells each reader what has changed since it came, and nothing else', () => {
  const { attach, see } = stage();
  const first = attach();
  see({});
  see({ mirror: { enabled: false } });
  const second = attach();
  see({ results: { at: 2 } });
  expect(first.events).toEqual(['hello {"instance":"one"}', 'mirror {"enabled":false}', 'results {"at":2}']);
  expect(second.events).toEqual(['hello {"instance":"one"}', 'results {"at":2}']);
  expect(first.text).toMatch(/^retry: 2000\n/);
});

it('tells of what is no sight each time that it changes, and of a change while nobody listened to nobody', () => {
  const { attach, see, streams } = stage();
  streams.tell('marks');
  const reader = attach();
  see({});
  expect(reader.events).toEqual(['hello {"instance":"one"}']);
  streams.tell('marks');
  see({});
  streams.tell('marks');
  see({});
  expect(reader.events.slice(1)).toEqual(['marks {"changes":2}', 'marks {"changes":3}']);
});

it('looks at nothing while nobody listens', () => {
  const { attach, see, ...of } = stage();
  const stageNow = () => of;
  const reader = attach();
  see({});
  reader.destroy();
  expect(stageNow().isTicking).toBe(false);
  const again = attach();
  see({ mirror: { enabled: false } });
  expect(again.events).toEqual(['hello {"instance":"one"}', 'mirror {"enabled":false}']);
});

it('drops a reader that is too slow, and keeps the others', () => {
  const { attach, see } = stage();
  const [slow, quick] = [attach(), attach()];
  slow.writableLength = 65 * 1024;
  see({ results: { at: 2 } });
  expect([slow.state, quick.state]).toEqual(['destroyed', 'open']);
  see({ results: { at: 3 } });
  expect(quick.events.at(-1)).toBe('results {"at":3}');
  expect(slow.events).toHaveLength(1);
});

it('ends the stream of a reader who is no longer let in before it tells anything else', () => {
  const { attach, see, ...of } = stage();
  let isAdmitted = true;
  const [leaving, staying] = [attach(() => isAdmitted), attach()];
  see({ mirror: { enabled: false } });
  isAdmitted = false;
  see({ mirror: { enabled: true } });
  expect([leaving.state, staying.state]).toEqual(['ended', 'open']);
  expect(leaving.events.at(-1)).toBe('mirror {"enabled":false}');
  expect(staying.events.at(-1)).toBe('mirror {"enabled":true}');
  staying.destroy();
  expect(of.streams.isFull).toBe(false);
  const last = attach(() => isAdmitted);
  see({});
  expect(last.state).toBe('ended');
});

it('is full with 32 readers, until one leaves', () => {
  const { attach, streams } = stage();
  const readers = Array.from({ length: 32 }, () => attach());
  expect(streams.isFull).toBe(true);
  readers[0]!.destroy();
  expect(streams.isFull).toBe(false);
  streams.close();
  expect(readers.slice(1).every(({ state }) => state === 'ended')).toBe(true);
});

it('shows by a comment now and then that it is alive', () => {
  const { attach, see } = stage();
  const reader = attach();
  for (let second = 0; second < 31; second++) see({});
  expect(reader.text.match(/^:$/gm)).toHaveLength(2);
});
