/** The one service of a configuration that names none. */
export const DEFAULT_SERVICE = 'default';

/** What the requests are counted under that are for no service. */
export const NO_SERVICE = 'none';
