import type { Tone } from './tone.ts';

const SHAPES: Readonly<Record<Tone, string>> = {
  good: 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1z',
  bad: 'M6 .8 11.5 11H.5z',
  warn: 'M6 .3 11.7 6 6 11.7.3 6z',
  info: 'M1.5 1.5h9v9h-9z',
  neutral: 'M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1zm0 2.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6z',
};

export function Glyph({ tone }: { readonly tone: Tone }) {
  return (
    <svg class={`glyph ${tone}`} viewBox="0 0 12 12" aria-hidden="true">
      <path d={SHAPES[tone]} />
    </svg>
  );
}
