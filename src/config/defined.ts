/** Members that may be undefined become optional, and everything becomes read-only, at every depth. */
export type Defined<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly unknown[]
    ? { readonly [Index in keyof T]: Defined<T[Index]> }
    : {
        readonly [Key in keyof T as undefined extends T[Key] ? never : Key]: Defined<T[Key]>;
      } & { readonly [Key in keyof T as undefined extends T[Key] ? Key : never]?: Defined<Exclude<T[Key], undefined>> };

/** Removes undefined members, at every depth. A value without any is returned unchanged. */
export function defined<T>(value: T): Defined<T> {
  if (Array.isArray(value)) {
    const items = value.map(defined);
    return (items.every((item, index) => item === value[index]) ? value : items) as Defined<T>;
  }
  if (typeof value !== 'object' || value === null) return value as Defined<T>;
  const before = Object.entries(value);
  const members = before.filter(([, member]) => member !== undefined).map(([name, member]) => [name, defined(member)]);
  const isWhole =
    members.length === before.length && members.every(([, member], index) => member === before[index]![1]);
  return (isWhole ? value : Object.fromEntries(members)) as Defined<T>;
}
