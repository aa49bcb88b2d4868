/** Why no connection could be had, in one line. Of several addresses that were tried, each has its own reason. */
export function connectFailure(error: Error): string {
  if (!(error instanceof AggregateError)) return error.message;
  return error.errors.map((each) => (each as Error).message).join('; ');
}
