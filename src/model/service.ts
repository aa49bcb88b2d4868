/** The one service of a configuration that names none. */
export const DEFAULT_SERVICE = 'default';

/** What the requests are counted under that are for no service. */
export const NO_SERVICE = 'none';

/** How many there may be. */
export const MAX_SERVICES = 50;
