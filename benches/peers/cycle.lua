-- Has wrk ask for the lines of a file in turn: path, and after a tab the ETag to send, if any.
-- Arguments: the file, and the Accept-Encoding.
local requests, at = {}, 0

function init(arguments)
    for line in io.lines(arguments[1]) do
        local path, tag = line:match("^([^\t]+)\t?(.*)$")
        local headers = { ["Accept-Encoding"] = arguments[2] }
        if tag ~= "" then headers["If-None-Match"] = tag end
        requests[#requests + 1] = wrk.format("GET", path, headers)
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end

function done(summary, latency)
    local failed = summary.errors
    print(string.format("RESULT %d %d %d %d %d %d", summary.requests, summary.duration, summary.bytes,
        failed.status + failed.connect + failed.read + failed.write + failed.timeout,
        latency:percentile(50), latency:percentile(99)))
end
