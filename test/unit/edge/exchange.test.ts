/** The exchange between its two streams: events in, commands out, with no wire behind either. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReceivedHead } from '../../../src/edge/request-head.ts';
import type { LegFailure } from '../../../src/model/exchange.ts';
import { type Candidate, type Stage, stageOf } from '../../support/scripted-wire.ts';
import { incoming, received } from './heads.ts';

const POST = { method: 'POST', bodyLength: 'unknown' } as const;
const UPGRADE = { offered: 'websocket' } as const;
const SWITCHING = incoming({ status: 101, fields: ['Upgrade', 'websocket'] });
const TOO_LATE = { status: 408, title: 'Request Timeout', detail: 'late' };
const FINE = 'client: begin 200 A b (rest none)';

const chunk = (text: string) => Buffer.from(text);

function begun(head: Partial<ReceivedHead> = {}, candidate?: Candidate): Stage {
  const stage = stageOf(received(head), { mirror: {} }, candidate);
  stage.exchange.start();
  return stage;
}

/** A request that has ended, as most have before there is a response. */
function asked(head: Partial<ReceivedHead> = {}): Stage {
  const stage = begun(head);
  stage.exchange.onRequestEnd([]);
  stage.exchange.onRequestReadEnd();
  stage.commands();
  stage.copied();
  return stage;
}

function failed({ exchange }: Stage, kind: LegFailure | 'shortage', stale = false): void {
  exchange.onFailure({ kind, detail: 'why', stale });
}

/** One read that brings all of a response. */
function answer({ exchange }: Stage): void {
  exchange.onHead(incoming({ fields: ['A', 'b'], bodyLength: 2 }));
  exchange.onBody(chunk('hi'));
  exchange.onEnd([]);
  exchange.onReadEnd();
}

describe('an exchange that goes well', () => {
  test('carries head, body and end both ways, and its copy along', () => {
    const stage = begun({ ...POST, target: '/a' });
    const { exchange } = stage;
    expect(stage.commands()).toEqual(['target: begin POST /a']);
    exchange.onRequestBody(chunk('1'));
    exchange.onRequestBody(chunk('2'));
    exchange.onRequestEnd(['Sum', '3', 'Host', 'evil']);
    exchange.onRequestReadEnd();
    expect(stage.commands()).toEqual(['target: body 1', 'target: body 2', 'target: end Sum 3']);
    expect(exchange.awaitsResponse).toBe(true);
    exchange.onHead(incoming({ fields: ['A', 'b', 'Connection', 'x', 'X', 'y'], bodyLength: 'unknown' }));
    exchange.onBody(chunk('hi'));
    exchange.onReadEnd();
    expect(stage.commands()).toEqual([FINE, 'client: body hi', 'client: flush']);
    exchange.onEnd(['T', 'u']);
    exchange.onReadEnd();
    expect(stage.commands()).toEqual(['client: end T u', 'client: flush', 'client: finish (rest none)']);
    expect(exchange.awaitsResponse).toBe(false);
    expect(stage.copied()).toEqual([
      ...['request', 'requestBody', 'requestBody', 'requestEnd'],
      ...['response', 'responseBody', 'responseTrailers', 'end'],
    ]);
    expect([stage.requests(), stage.endings()]).toEqual([['1 POST 200'], {}]);
  });

  test('without a copy is counted here, with the reason', () => {
    const stage = stageOf(received(), {});
    stage.exchange.start();
    stage.exchange.onRequestEnd([]);
    answer(stage);
    expect([stage.copied(), stage.requests(), stage.endings()]).toEqual([[], ['1 GET 200'], { 'skipped:disabled': 1 }]);
  });

  test('passes interim responses on to whom knows them, and a 100 only to whom waits for one', () => {
    const hints = incoming({ status: 103, reason: 'Early Hints', fields: ['Link', '</a>'] });
    const leave = incoming({ status: 100 });
    const told = (head: Partial<ReceivedHead>) => {
      const stage = begun(head);
      stage.commands();
      for (const interim of [hints, leave, leave]) stage.exchange.onInterim(interim);
      return stage.commands();
    };
    expect(told({})).toEqual(['client: interim 103']);
    expect(told({ ...POST, body: 'withheld' })).toEqual(['client: interim 103', 'client: interim 100']);
    expect(told({ interim: 'unknown' })).toEqual([]);
  });

  test('may have its response before its request has ended', () => {
    const stage = begun(POST);
    answer(stage);
    expect(stage.commands().slice(1)).toEqual([
      'client: begin 200 A b (rest wanted)',
      'client: body hi',
      'client: end',
      'client: flush',
    ]);
    stage.exchange.onRequestEnd([]);
    expect(stage.commands()).toEqual(['target: end', 'client: finish (rest none)']);
    expect(stage.endings()).toEqual({});
  });

  test.each([
    ['the target takes no more of it', POST, incoming({ closing: true })],
    ['the client never got leave to send it', { ...POST, body: 'withheld' } as const, incoming()],
  ])('tells the client that the rest of the request is unwanted where %s', (_why, head, response) => {
    const stage = begun(head);
    stage.exchange.onHead(response);
    expect(stage.commands()).toContain('client: begin 200 (rest unwanted)');
  });
});

describe('the pace', () => {
  test('of a slow client is the target’s, until it drains', () => {
    const stage = asked();
    stage.client.takes = 'no_more';
    stage.exchange.onHead(incoming({ bodyLength: 4 }));
    stage.exchange.onBody(chunk('hi'));
    stage.exchange.onReadEnd();
    expect(stage.commands()).toContain('target: pause');
    stage.exchange.onClientDrain();
    expect(stage.commands()).toEqual(['target: resume']);
  });

  test('of a slow target is the client’s, until it drains', () => {
    const stage = begun(POST);
    stage.streams[0].takes = 'no_more';
    stage.exchange.onRequestBody(chunk('1'));
    stage.exchange.onRequestReadEnd();
    expect(stage.commands()).toContain('client: pause');
    stage.exchange.onDrain();
    expect(stage.commands()).toEqual(['client: resume']);
  });

  test('of one that waits for a stream too, which then gets all that was held', () => {
    const stage = stageOf(received(POST));
    stage.pool.free.length = 0;
    stage.exchange.start();
    stage.exchange.onRequestBody(chunk('1'));
    stage.exchange.onRequestEnd([]);
    expect(stage.commands()).toEqual(['pool: wait', 'client: pause']);
    stage.pool.waiter!.onStream(stage.streams[0]);
    expect(stage.commands()).toEqual(['target: begin POST /', 'target: body 1', 'target: end', 'client: resume']);
  });
});

describe('a local reply is given', () => {
  test('to a head that is refused, and nothing is sent or copied', () => {
    const stage = stageOf(received({ target: '' }));
    stage.exchange.refuse({ status: 400, title: 'Bad Request', detail: 'no' });
    expect(stage.commands()).toEqual([
      'client: reply 400 (rest unwanted)',
      'client: flush',
      'client: finish (rest unwanted)',
    ]);
    expect([stage.copied(), stage.requests(), stage.endings()]).toEqual([[], ['1 GET 400'], { 'skipped:refused': 1 }]);
  });

  test('where no stream comes, and nobody waits any more', () => {
    const stage = stageOf(received());
    stage.pool.free.length = 0;
    stage.exchange.start();
    stage.exchange.onRequestEnd([]);
    stage.pool.waiter!.onNoStream();
    expect(stage.commands()).toEqual([
      ...['pool: wait', 'client: reply 503 (rest none)', 'client: flush', 'pool: cancel', 'client: finish (rest none)'],
    ]);
    expect([stage.copied().at(-1), stage.endings()]).toEqual(['abandon', { 'skipped:connection_limit': 1 }]);
  });

  test.each([
    ['timeout', 504, 'primary_failed'],
    ['unreachable', 502, 'primary_failed'],
    ['reset', 502, 'primary_failed'],
    ['invalid', 502, 'primary_failed'],
    ['shortage', 503, 'skipped:shortage'],
  ] as const)('to a failure by %s before the response: %d, %s', (kind, status, ending) => {
    const stage = asked();
    failed(stage, kind);
    expect(stage.commands()).toEqual([
      ...[`client: reply ${status} (rest none)`, 'client: flush', 'target: abort', 'client: finish (rest none)'],
    ]);
    expect([stage.copied(), stage.endings()]).toEqual([['abandon'], { [ending]: 1 }]);
  });

  test('to a request that breaks off before the response', () => {
    const stage = begun(POST);
    stage.exchange.onRequestBroken(TOO_LATE);
    expect(stage.commands().slice(1, 2)).toEqual(['client: reply 408 (rest unwanted)']);
    expect(stage.endings()).toEqual({ 'skipped:refused': 1 });
  });
});

describe('a connection that was stale', () => {
  test('is replaced once by a fresh one, for a request that may be sent twice', () => {
    const stage = asked();
    failed(stage, 'reset', true);
    expect(stage.commands()).toEqual(['target: begin GET /', 'target: end']);
    expect(stage.streams[1].handler).toBe(stage.exchange);
    answer(stage);
    expect(stage.commands().at(-1)).toBe('client: finish (rest none)');
  });

  test.each([{ method: 'POST' }, { method: 'PUT', bodyLength: 1 }])('fails %j, which may not', (head) => {
    const stage = asked(head);
    failed(stage, 'reset', true);
    expect(stage.commands()).toContain('client: reply 502 (rest none)');
  });
});

describe('a response that breaks off', () => {
  test('in the read that brought its head counts as none: nothing of it was sent', () => {
    const stage = asked();
    stage.exchange.onHead(incoming({ bodyLength: 5 }));
    failed(stage, 'invalid');
    expect(stage.commands().slice(-2)).toEqual(['target: abort', 'client: abort']);
    expect([stage.requests(), stage.endings()]).toEqual([['1 GET none'], { primary_failed: 1 }]);
  });

  test('later shows the client that it is incomplete', () => {
    const stage = asked();
    stage.exchange.onHead(incoming({ bodyLength: 5 }));
    stage.exchange.onReadEnd();
    failed(stage, 'timeout');
    expect(stage.commands().slice(-2)).toEqual(['target: abort', 'client: abort']);
    expect([stage.requests(), stage.endings()]).toEqual([['1 GET 200'], { primary_failed: 1 }]);
  });

  test('is whole where only the rest of the request fails: its target did not want that', () => {
    const stage = begun(POST);
    answer(stage);
    failed(stage, 'reset');
    expect(stage.commands().slice(-2)).toEqual(['target: abort', 'client: finish (rest unwanted)']);
    expect([stage.requests(), stage.endings()]).toEqual([['1 POST 200'], { 'skipped:client_aborted': 1 }]);
  });

  test('is aborted where its request breaks off', () => {
    const stage = begun(POST);
    stage.exchange.onHead(incoming({ bodyLength: 5 }));
    stage.exchange.onRequestBroken(TOO_LATE);
    expect(stage.commands().slice(-2)).toEqual(['target: abort', 'client: abort']);
    expect(stage.endings()).toEqual({ 'skipped:client_aborted': 1 });
  });
});

test.each<[string, (stage: Stage) => void]>([
  ['with nothing', () => {}],
  ['with a head', ({ exchange }) => exchange.onHead(incoming({ bodyLength: 5 }))],
  ['with all of a response', answer],
])('a client that goes in the middle of its request, %s, ends the exchange and its copy', (_with, sofar) => {
  const stage = begun(POST);
  sofar(stage);
  stage.commands();
  stage.exchange.onClientGone();
  expect(stage.commands()).toEqual(['target: abort']);
  expect([stage.copied().at(-1), stage.endings()]).toEqual(['abandon', { 'skipped:client_aborted': 1 }]);
});

describe('another protocol', () => {
  test('is spoken once the request has ended, and the copy sees nothing of it', () => {
    const stage = begun(UPGRADE);
    stage.exchange.onRequestEnd([]);
    stage.commands();
    stage.exchange.onHead(SWITCHING);
    stage.exchange.onReadEnd();
    expect(stage.commands()).toEqual([
      ...['client: begin 101 (rest none)', 'client: flush', 'target: detach', 'target: abort', 'client: tunnel'],
    ]);
    expect([stage.copied(), stage.endings()]).toEqual([['request', 'abandon'], { 'skipped:upgrade': 1 }]);
  });

  test('waits for the end of the request, and gives the leave that its client waits for', async () => {
    const stage = begun({ ...UPGRADE, ...POST, body: 'withheld' });
    stage.commands();
    stage.exchange.onHead(SWITCHING);
    stage.exchange.onReadEnd();
    expect(stage.commands()).toEqual([
      ...['client: interim 100', 'client: begin 101 (rest wanted)', 'client: flush', 'target: pause'],
    ]);
    stage.exchange.onRequestEnd([]);
    expect(stage.commands()).toEqual(['target: end']);
    await new Promise(setImmediate);
    expect(stage.commands()).toEqual(['target: detach', 'target: abort', 'client: tunnel']);
  });

  test.each([
    ['nobody offered', {}],
    ['is not the one that was offered', { offered: 'tcp' }],
  ])('that %s is no valid response', (_what, head) => {
    const stage = asked(head);
    stage.exchange.onHead(SWITCHING);
    expect(stage.commands()).toContain('client: reply 502 (rest none)');
    expect(stage.endings()).toEqual({ primary_failed: 1 });
  });

  test('that is declined leaves an ordinary exchange, with its copy', () => {
    const stage = begun(UPGRADE);
    stage.exchange.onRequestEnd([]);
    expect(stage.copied()).toEqual(['request']);
    answer(stage);
    expect(stage.copied()).toEqual(['requestEnd', 'response', 'responseBody', 'end']);
    expect(stage.commands().at(-1)).toBe('client: finish (rest none)');
  });

  test('whose target fails before the request has ended is aborted', () => {
    const stage = begun({ ...UPGRADE, ...POST });
    stage.exchange.onHead(SWITCHING);
    stage.exchange.onReadEnd();
    failed(stage, 'reset');
    expect(stage.commands().at(-1)).toBe('client: abort');
    expect(stage.endings()).toEqual({ 'skipped:upgrade': 1 });
  });
});

/** What either side may tell, in the orders in which a wire may tell it. */
class Wires {
  readonly stage: Stage;
  #request: 'open' | 'ended' = 'open';
  #response: 'awaited' | 'begun' | 'ended' | 'gone' = 'awaited';
  #client: 'there' | 'gone' = 'there';

  constructor(head: Partial<ReceivedHead>, candidate?: Candidate) {
    this.stage = begun(head, candidate);
  }

  tell(event: string): void {
    const { exchange } = this.stage;
    const sends = this.#client === 'there' && this.#request === 'open';
    const answers = this.#response !== 'gone';
    if (event === 'request body' && sends) exchange.onRequestBody(chunk('x'));
    else if (event === 'request end' && sends) {
      this.#request = 'ended';
      exchange.onRequestEnd([]);
    } else if (event === 'request read' && this.#client === 'there') exchange.onRequestReadEnd();
    else if (event === 'request broken' && sends) {
      this.#request = 'ended';
      exchange.onRequestBroken(TOO_LATE);
    } else if (event === 'client gone' && this.#client === 'there') {
      this.#client = 'gone';
      exchange.onClientGone();
    } else if (event === 'client drain' && this.#client === 'there') exchange.onClientDrain();
    else if (event === 'drain' && answers) exchange.onDrain();
    else if (event === 'failure' && answers) {
      failed(this.stage, 'reset');
      const commands = this.stage.commands();
      this.noted.push(...commands);
      // Where another target serves instead, all may come of that.
      this.#response = commands.some((command) => command.startsWith('target: begin')) ? 'awaited' : 'gone';
    } else if (event === 'interim' && this.#response === 'awaited') exchange.onInterim(incoming({ status: 100 }));
    else if (event === 'head' && this.#response === 'awaited') {
      this.#response = 'begun';
      exchange.onHead(incoming({ bodyLength: 'unknown' }));
    } else if (event === 'body' && this.#response === 'begun') exchange.onBody(chunk('y'));
    else if (event === 'end' && this.#response === 'begun') {
      this.#response = 'ended';
      exchange.onEnd([]);
    } else if (event === 'read' && answers) exchange.onReadEnd();
    // A stream that was given up tells nothing any more.
    if (this.isOver) this.#response = 'gone';
  }

  readonly noted: string[] = [];

  get isOver(): boolean {
    this.noted.push(...this.stage.commands());
    return this.noted.some((command) => /^client: (finish|abort|tunnel)/.test(command)) || this.#client === 'gone';
  }
}

test('whatever comes in whatever order, an exchange ends once, counts once, and commands nothing behind its end', () => {
  const events = ['request body', 'request end', 'request read', 'client drain', 'drain', 'interim', 'head', 'body'];
  const last = ['end', 'read', 'failure', 'client gone', 'request broken'];
  fc.assert(
    fc.property(
      fc.constantFrom<Partial<ReceivedHead>>({}, POST, { ...POST, body: 'withheld' }),
      fc.constantFrom<Candidate | undefined>(undefined, 'reached', 'unreached'),
      fc.array(fc.constantFrom(...events, ...last), { maxLength: 25 }),
      (head, candidate, told) => {
        const wires = new Wires(head, candidate);
        for (const event of told) wires.tell(event);
        wires.tell('client gone');
        const ends = wires.noted.filter((command) => /^client: (finish|abort|tunnel)/.test(command));
        expect(ends.length).toBeLessThanOrEqual(1);
        const behind = wires.noted.slice(wires.noted.indexOf(ends[0] ?? '') + 1);
        if (ends.length === 1) expect(behind.filter((command) => !/: (resume|flush)$/.test(command))).toEqual([]);
        const { stage } = wires;
        const handedOver = stage.copied().filter((frame) => frame === 'end').length;
        const counted = Object.values(stage.endings()).reduce((sum, count) => sum + count, 0);
        expect(counted + handedOver).toBe(1);
        expect(stage.requests()).toHaveLength(1);
      },
    ),
    { numRuns: 400 },
  );
});
