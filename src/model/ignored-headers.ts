/** Response header fields that are not compared unless the configuration says so, in groups, each with its reason. */
export const IGNORED_HEADER_GROUPS: readonly { readonly reason: string; readonly names: readonly string[] }[] = [
  {
    reason: 'the moment of the answer and its age, which two legs never share',
    names: ['date', 'age', 'server-timing', 'x-response-time', 'x-runtime'],
  },
  {
    reason: 'about one connection, not about the answer',
    names: ['connection', 'keep-alive', 'proxy-connection', 'upgrade', 'alt-svc'],
  },
  {
    reason: 'how the body is framed; the body itself is compared',
    names: ['content-length', 'transfer-encoding', 'trailer'],
  },
  {
    reason: 'names one request, and is new for each leg',
    names: [
      'x-request-id',
      'x-correlation-id',
      'request-id',
      'traceparent',
      'tracestate',
      'traceresponse',
      'x-trace-id',
      'x-b3-traceid',
      'x-b3-spanid',
      'x-b3-parentspanid',
      'x-b3-sampled',
      'x-amzn-trace-id',
      'x-amzn-requestid',
      'x-amz-request-id',
      'x-cloud-trace-context',
      'cf-ray',
    ],
  },
  { reason: 'the hops a leg went through', names: ['via', 'x-served-by', 'x-cache', 'x-cache-hits', 'x-timer'] },
];

/** Lower-case names. */
export const DEFAULT_IGNORED_HEADERS: readonly string[] = IGNORED_HEADER_GROUPS.flatMap((group) => group.names);
