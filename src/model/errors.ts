/** Errors that reach a person carry a stable code, so that scripts and documentation can name them. */
export type ErrorCode =
  | 'usage'
  | 'config_invalid'
  | 'port_in_use'
  | 'listen_failed'
  | 'store_unusable'
  | 'access_log_unusable'
  | 'admin_unprotected'
  | 'too_few_descriptors'
  | 'unreachable_admin';

export class UnderstudyError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnderstudyError';
    this.code = code;
  }
}
