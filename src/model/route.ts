/** Rows in the ledgers: one for each name that a route ever had while the process lives. */
export const MAX_ROUTES = 1024;

/** What the requests are counted under that no configured route matches, and that have no name of their own. */
export const DEFAULT_ROUTE = 'default';

/** What is counted together when there are more routes than may have a name. */
export const OTHER_ROUTE = 'other';
