import type { ComponentChildren } from 'preact';
import { Glyph } from './glyph.tsx';
import type { Tone } from './tone.ts';

export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return (
    <span class={`badge ${tone}`}>
      <Glyph tone={tone} />
      {children}
    </span>
  );
}
