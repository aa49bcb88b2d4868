/** Why the API did not do what was asked: its problem details, or that it could not be reached. */
export interface Problem {
  /** A code of the API; `unreachable`, or `late` for a change whose answer did not come in time. */
  readonly code: string;
  readonly status: number;
  readonly detail: string;
}

export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return { code: 'unreachable', status: 0, detail: `${location.host} does not answer.` };
}

/** Of a response that reports a failure. */
export async function problemIn(response: Response): Promise<Problem> {
  const { status } = response;
  try {
    const { code = 'internal', detail = response.statusText } = await response.json();
    return { code: String(code), status, detail: String(detail) };
  } catch {
    return { code: 'internal', status, detail: `HTTP ${status} ${response.statusText}` };
  }
}
