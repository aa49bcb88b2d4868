import { describe, expect, it } from 'vitest';
import { comparePair } from './pair.ts';

const type = 'text/html';

/** A page of so many kinds of paragraph in a list, each with a text of its own, below a title. */
function page(kinds: number, text: string, title = 'T'): string {
  const items = Array.from({ length: kinds }, (_, at) => `<x-${at}><b>${text} ${at}</b><b>${text}</b></x-${at}>`);
  return `<!doctype html><html><head><title>${title}</title></head><body><main><ul>${items.join('')}</ul></main></body></html>`;
}

const compare = (left: string, right: string) => comparePair({ type, body: left }, { type, body: right });

describe('the places of a page', () => {
  it('are each told while a person can read them', () => {
    const { differences, omitted } = compare(page(20, 'a'), page(20, 'b'));
    expect(new Set(differences.map(({ path }) => path)).size).toBe(20);
    expect(differences.length + omitted).toBe(40);
  });

  it('are told together by the element that they are in when they are more, with their number', () => {
    const { differences } = compare(page(60, 'a', 'one'), page(60, 'b', 'two'));
    const path = '$.html.body.main[*].ul[*]';
    const text = `120 differences in 60 places, such as ${path}['x-0'][*].b[*]['#text']`;
    expect(differences).toEqual([
      { kind: 'value', path: "$.html.head.title[*]['#text']", left: '"one"', right: '"two"' },
      { kind: 'value', path: `${path}…`, left: text, right: text },
    ]);
  });

  it('of different kinds are told apart', () => {
    const [left, right] = [page(60, 'a'), page(60, 'b').replaceAll(/<b>b<\/b>/g, '')];
    const { differences } = compare(left, right);
    expect(differences.map(({ kind, path }) => `${kind} ${path}`).sort()).toEqual([
      'removed $.html.body.main[*].ul[*]…',
      'value $.html.body.main[*].ul[*]…',
    ]);
  });

  it('of other bodies are each told', () => {
    const body = (value: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`name${'x'.repeat(at)}`, value])));
    const json = (value: number) => ({ type: 'application/json', body: body(value) });
    expect(comparePair(json(1), json(2)).differences).toHaveLength(60);
  });
});
