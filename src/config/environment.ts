/** `$${`, which stands for itself; `${NAME}` or `${NAME:-default}`; or a `${` that begins neither. */
const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{/g;

export type Variables = Readonly<Record<string, string | undefined>>;

/** What stands for a text once its references are replaced. */
export type Expand = (text: string) => Expansion;

export interface Expansion {
  readonly text: string;
  /** What is wrong, with the offset in the text that was given. */
  readonly faults: readonly { readonly offset: number; readonly message: string }[];
}

/**
 * Replaces references to environment variables. As in a shell, `:-` gives a default for a variable that is unset or
 * empty; without it an unset variable is a fault. What a variable holds is never expanded again.
 */
export function expand(text: string, variables: Variables): Expansion {
  const faults: { offset: number; message: string }[] = [];
  const expanded = text.replace(
    REFERENCE,
    (reference, name: string | undefined, fallback: string | undefined, offset: number) => {
      if (reference === '$${') return '${';
      if (name === undefined) {
        faults.push({
          offset,
          message: `not a reference to the environment; found "\${"; allowed: \${NAME}, \${NAME:-default}, or $\${ for \${ itself`,
        });
        return reference;
      }
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (fallback !== undefined) return value === undefined || value === '' ? fallback : value;
      if (value !== undefined) return value;
      faults.push({
        offset,
        message: `the environment variable ${name} is not set; found "${reference}"; allowed: a variable that is set, or a default as in \${${name}:-default}`,
      });
      return reference;
    },
  );
  return { text: expanded, faults };
}

/** The names that the text refers to, also in comments and keys, where they are left alone. */
export function referencedIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(REFERENCE)].flatMap(([, name]) => name ?? []));
}
