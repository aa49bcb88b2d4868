import type { ComponentChildren } from 'preact';

/** One figure with its name, and what it is of. Several stand in a `<dl class="stats">`. */
export function Stat({
  name,
  value,
  children,
}: {
  readonly name: ComponentChildren;
  readonly value: ComponentChildren;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="stat">
      <dt>{name}</dt>
      <dd>
        <span class="stat-value">{value}</span>
        {children !== undefined && <small>{children}</small>}
      </dd>
    </div>
  );
}
