import type { ComponentChildren } from 'preact';
import { Glyph, type Tone } from './glyph.tsx';

export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return (
    <span class={`badge ${tone}`}>
      <Glyph tone={tone} />
      {children}
    </span>
  );
}
