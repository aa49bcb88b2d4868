/** An exchange whose candidate fails: what the primary serves in its place. */
import { describe, expect, test } from 'vitest';
import type { ReceivedHead } from '../../../src/edge/request-head.ts';
import type { LegFailure } from '../../../src/model/exchange.ts';
import { type Candidate, type Stage, stageOf } from '../../support/scripted-wire.ts';
import { incoming, received } from './heads.ts';

const POST = { method: 'POST', bodyLength: 'unknown' } as const;

const chunk = (text: string) => Buffer.from(text);

function begun(head: Partial<ReceivedHead>, candidate: Candidate): Stage {
  const stage = stageOf(received(head), { mirror: {} }, candidate);
  stage.exchange.start();
  return stage;
}

function failed({ exchange }: Stage, kind: LegFailure): void {
  exchange.onFailure({ kind, detail: 'why', stale: false });
}

describe('a request to a candidate', () => {
  const TO_PRODUCTION = 'target: begin GET /';

  test('that was not reached goes to production with all that came of it, and its copy is abandoned', () => {
    const stage = begun(POST, 'unreached');
    const { exchange } = stage;
    stage.exchange.onRequestBody(chunk('1'));
    stage.exchange.onRequestBody(chunk('2'));
    stage.commands();
    failed(stage, 'unreachable');
    expect(stage.commands()).toEqual(['target: begin POST /', 'target: body 1', 'target: body 2', 'client: resume']);
    stage.exchange.onRequestBody(chunk('3'));
    stage.exchange.onRequestEnd([]);
    expect(stage.commands()).toEqual(['target: body 3', 'target: end']);
    expect(stage.copied().at(-1)).toBe('abandon');
    exchange.onHead(incoming({ bodyLength: 2 }));
    exchange.onBody(chunk('hi'));
    exchange.onEnd([]);
    exchange.onReadEnd();
    expect(stage.endings()).toEqual({ candidate_failed: 1 });
  });

  test('that fails falls back once: the failure of production is its own', () => {
    const stage = begun({}, 'unreached');
    stage.exchange.onRequestEnd([]);
    failed(stage, 'unreachable');
    expect(stage.commands()).toContain(TO_PRODUCTION);
    failed(stage, 'unreachable');
    expect(stage.endings()).toEqual({ primary_failed: 1 });
    expect(stage.requests()).toEqual(['1 GET 502']);
  });

  test.each<[string, Partial<ReceivedHead>, LegFailure, boolean]>([
    ['and can be repeated, when it was reset', {}, 'reset', true],
    ['and can be repeated, when it refused our certificate', {}, 'unreachable', true],
    ['that writes, when it refused our certificate', { method: 'POST' }, 'unreachable', false],
    ['and timed out', {}, 'timeout', false],
    ['and got no HTTP', {}, 'invalid', false],
    ['that writes, when it was reset', { method: 'POST' }, 'reset', false],
    ['with a body, when it was reset', { method: 'PUT', bodyLength: 1 }, 'reset', false],
  ])('that was reached %s: falls back only where nothing is done twice', (_what, head, kind, fallsBack) => {
    const stage = begun(head, 'reached');
    stage.exchange.onRequestEnd([]);
    failed(stage, kind);
    expect(stage.commands().some((command) => command.startsWith('target: begin'))).toBe(fallsBack);
  });

  test('whose response has begun does not fall back', () => {
    const stage = begun({}, 'reached');
    stage.exchange.onRequestEnd([]);
    stage.exchange.onHead(incoming({ bodyLength: 'unknown' }));
    failed(stage, 'reset');
    expect(stage.commands()).not.toContain(TO_PRODUCTION);
    expect(stage.endings()).toEqual({ candidate_failed: 1 });
  });
});
