-- Arguments: of how many requests one is an upload (0: none is), of how many bytes, and its path. The last line of wrk's output
-- becomes one JSON object; times in microseconds.
local every, count, get, put = 0, 0, nil, nil

init = function(args)
  every = tonumber(args[1])
  get = wrk.format("GET")
  put = wrk.format("PUT", args[3], { ["Content-Type"] = "application/json" }, string.rep("7", tonumber(args[2])))
end

request = function()
  count = count + 1
  if every > 0 and count % every == 0 then return put end
  return get
end

done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"duration":%d,"p50":%d,"p99":%d,"failures":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
