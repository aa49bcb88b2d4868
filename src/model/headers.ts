/**
 * Response header fields that differ between any two responses and say nothing about the service under test. They are
 * not compared, except for special cases (for example the Content-Length of a HEAD response). Names in lower case.
 */
export const IGNORED_HEADER_GROUPS: readonly { readonly reason: string; readonly names: readonly string[] }[] = [
  { reason: 'the moment the response was made', names: ['date', 'age', 'expires'] },
  {
    reason: 'how long it took; latency is compared separately',
    names: ['server-timing', 'x-runtime', 'x-response-time', 'x-envoy-upstream-service-time'],
  },
  {
    reason: 'the connection and the framing; bodies and trailers are compared separately',
    names: [
      'connection',
      'keep-alive',
      'proxy-connection',
      'transfer-encoding',
      'content-length',
      'te',
      'trailer',
      'upgrade',
      'via',
      'proxy-authenticate',
      'proxy-authentication-info',
    ],
  },
  {
    reason: 'the id of this one request in logs and traces',
    names: [
      'x-request-id',
      'request-id',
      'x-correlation-id',
      'x-trace-id',
      'traceparent',
      'tracestate',
      'traceresponse',
      'x-b3-traceid',
      'x-b3-spanid',
      'x-b3-parentspanid',
      'x-cloud-trace-context',
      'x-amzn-trace-id',
      'x-amzn-requestid',
      'x-amz-request-id',
      'x-amz-id-2',
      'x-ms-request-id',
      'cf-ray',
    ],
  },
  {
    reason: "counters of one instance's traffic, which the copies change",
    names: ['ratelimit', 'ratelimit-remaining', 'ratelimit-reset', 'x-ratelimit-remaining', 'x-ratelimit-reset'],
  },
];

export const DEFAULT_IGNORED_HEADERS: readonly string[] = IGNORED_HEADER_GROUPS.flatMap(({ names }) => names);
