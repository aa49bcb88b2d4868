import { describe, expect, it } from 'vitest';
import { eventStream } from '../../../../src/content/formats/event-stream.ts';
import { comparePair, lines } from '../../compare/pair.ts';
import { bodyOf, readTree } from './reading.ts';

const type = 'text/event-stream';

describe('server-sent events are read one by one', () => {
  it.each([
    ['data: a\n\ndata: b\n\n', [{ data: 'a' }, { data: 'b' }]],
    ['event: tick\nid: 7\nretry: 10\ndata: a\n\n', [{ event: 'tick', id: '7', retry: '10', data: 'a' }]],
    ['data: a\ndata: b\n\n', [{ data: 'a\nb' }]],
    ['data:a\r\n\r\ndata: b\r\rdata:  c\n\n', [{ data: 'a' }, { data: 'b' }, { data: ' c' }]],
    ['data\n\n', [{ data: '' }]],
    [': keep-alive\n\ndata: a\n\n', [{ data: 'a' }]],
    ['data: {"a":1}\n\n', [{ data: { a: 1 } }]],
    ['data: {"a":\ndata: 1}\n\n', [{ data: { a: 1 } }]],
    ['data: {"a":\n\n', [{ data: '{"a":' }]],
    ['data: 42\n\ndata: [DONE]\n\n', [{ data: '42' }, { data: '[DONE]' }]],
    ['data: a\n\ndata: b\n', [{ data: 'a' }, { data: 'b', '#unfinished': '' }]],
    ['data: a', [{ data: 'a', '#unfinished': '' }]],
    ['\ufeffdata: a\n\n', [{ data: 'a' }]],
    ['nonsense\n\n', [{ nonsense: '' }]],
    ['\n\n: x\n', 'problem: there is no event in it'],
  ])('%j', (body, expected) => {
    expect(readTree(eventStream, bodyOf(body, type))).toEqual(expected);
  });
});

describe('event streams differ', () => {
  it.each([
    ['in the data', 'data: {"n":1}\n\n', 'data: {"n":2}\n\n', ['value $[*].data.n: 1 → 2']],
    ['in an event more', 'data: b\n\n', 'data: a\n\ndata: b\n\n', ['added $[*]: · → {"data":"a"}']],
    ['in a stream that breaks off', 'data: a\n\n', 'data: a\n', ['added $[*][\'#unfinished\']: · → ""']],
    ['not in comments', 'data: a\n\n', ': ping\n\ndata: a\n\n', []],
    [
      'in bytes that are no text',
      Buffer.from('data: \xff\n\n', 'latin1'),
      Buffer.from('data: \xfe\n\n', 'latin1'),
      ['encoding $[*].data: "\ufffd" → "\ufffd"'],
    ],
  ])('%s', (_, left, right, expected) => {
    expect(lines(comparePair({ type, body: left }, { type, body: right }).differences)).toEqual(expected);
  });

  it('as text, where one holds no event', () => {
    const { differences } = comparePair({ type, body: 'data: a\n\n' }, { type, body: '\n' });
    expect(differences).toContainEqual({
      path: '$',
      kind: 'encoding',
      left: 'event stream',
      right: 'not event stream: there is no event in it',
    });
  });
});

it.each([
  ['events', 'data:a\n\n'.repeat(120_000)],
  ['lines of one event', 'data:a\n'.repeat(140_000)],
  ['fields', Array.from({ length: 100_000 }, (_, at) => `f${at}\n`).join('')],
  ['levels of data', `data:${'['.repeat(100_000)}${']'.repeat(100_000)}\n\n`],
])('any number of %s is read', (_, body) => {
  expect(readTree(eventStream, bodyOf(body, type))).toBeInstanceOf(Array);
});
