/** A line of a chart. */
export interface Line {
  readonly name: string;
  /** The name of a colour of the style sheet: `--mismatch`. */
  readonly colour: string;
  /** As many as there are times; null where nothing is known. */
  readonly points: readonly (number | null)[];
  readonly dashed?: boolean;
  /** Each value holds until the next one. */
  readonly stepped?: boolean;
}
