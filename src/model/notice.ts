import { DEFAULT_SERVICE } from './service.ts';

/** A message from a thread to the operator. Main writes it to the log. */
export interface Notice {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  /** Text from outside goes here, never into the message. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** Whether the target of this URL can be reached, where the notice is about that. */
  readonly reach?: { readonly url: string; readonly reachable: boolean };
}

export type Tell = (notice: Notice) => void;

/** Adds the service to a notice, where the configuration names services. */
export function ofService(service: string, tell: Tell): Tell {
  if (service === DEFAULT_SERVICE) return tell;
  return ({ facts, ...notice }) => tell({ ...notice, facts: { service, ...facts } });
}
