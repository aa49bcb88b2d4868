import { STATUS_CODES } from '../lib/node-http.ts';

/** All problems that the admin server reports. Scripts rely on the codes. */
export const PROBLEMS = {
  invalid_query: 400,
  invalid_body: 400,
  unauthorized: 401,
  cross_site: 403,
  not_json: 415,
  not_found: 404,
  method_not_allowed: 405,
  gate_closed: 412,
  conflict: 409,
  too_large: 413,
  misdirected: 421,
  config_invalid: 422,
  too_many_guesses: 429,
  internal: 500,
  overloaded: 503,
  store_unusable: 503,
  too_many_streams: 503,
  not_live: 503,
  not_ready: 503,
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** A response that reports a problem, as problem details (RFC 9457). */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** Extension members, such as a list of problems. */
  readonly extensions: Readonly<Record<string, unknown>>;

  constructor(
    code: ProblemCode,
    detail: string,
    { headers = {}, extensions = {} }: Partial<Pick<Problem, 'headers' | 'extensions'>> = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.headers = headers;
    this.extensions = extensions;
  }

  get status(): number {
    return PROBLEMS[this.code];
  }

  /** `about:blank` means that the status says everything. The title must then be the status' own phrase. */
  toJSON() {
    return {
      type: 'about:blank',
      title: STATUS_CODES[this.status],
      status: this.status,
      detail: this.message,
      code: this.code,
      ...this.extensions,
    };
  }
}
