/** Why no connection could be made, in one line. Where several addresses were tried, it gives a reason for each. */
export function connectFailure(error: Error): string {
  if (!(error instanceof AggregateError)) return error.message;
  return error.errors.map((each) => (each as Error).message).join('; ');
}
