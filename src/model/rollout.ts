/** Users are divided into so many buckets; a weight is a number of them. */
export const BUCKETS = 10_000;
