-- Load for wrk: sends the requests of a file (method, path and body between tabs, one a line) in random order,
-- and says in one line of JSON what came of it. Arguments: the file, and a number that makes the order.

local threads = 0
function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local requests = {}
function init(arguments)
  math.randomseed(tonumber(arguments[2]) + number)
  for line in io.lines(arguments[1]) do
    local method, path, body = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
    local headers = body ~= "" and { ["content-type"] = "application/json" } or nil
    requests[#requests + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
  end
end

function request()
  return requests[math.random(#requests)]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %f, "p50_ms": %f, "p99_ms": %f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
