/** The name of the only service, where the configuration names none. */
export const DEFAULT_SERVICE = 'default';

/** The name under which requests for no service are counted. */
export const NO_SERVICE = 'none';

/** The most services of a configuration. */
export const MAX_SERVICES = 50;
