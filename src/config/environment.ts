/** `$${`, an escaped `${`; `${NAME}` or `${NAME:-default}`; or a `${` that starts neither. */
const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{/g;

export type Variables = Readonly<Record<string, string | undefined>>;

/** The text with its references replaced. */
export type Expand = (text: string) => Expansion;

export interface Expansion {
  readonly text: string;
  /** What is wrong, with the offset in the given text. */
  readonly faults: readonly { readonly offset: number; readonly message: string }[];
}

/**
 * Replaces references to environment variables. As in a shell, `:-` gives a default for a variable that is unset or
 * empty. An unset variable without a default is an error. The value of a variable is not expanded again.
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

/** The names that the text refers to, including those in comments and keys, which are not replaced. */
export function referencedIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(REFERENCE)].flatMap(([, name]) => name ?? []));
}
