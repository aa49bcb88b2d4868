import { DEFAULT_SERVICE } from './service.ts';

/** What a thread has to tell whoever operates the proxy. Main writes it into the log. */
export interface Notice {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  /** What others sent or said is here, never in the message. */
  readonly facts: Readonly<Record<string, string | number>>;
}

export type Tell = (notice: Notice) => void;

/** Says of which service a notice is, where the configuration names services. */
export function ofService(service: string, tell: Tell): Tell {
  if (service === DEFAULT_SERVICE) return tell;
  return ({ facts, ...notice }) => tell({ ...notice, facts: { service, ...facts } });
}
