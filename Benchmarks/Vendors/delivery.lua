-- Replays deliveries that were signed before.
-- Arguments: the path, the file of `vendor-driver deliveries`, milliseconds between requests.
local lines, pause = nil, 0

function init(arguments)
    wrk.method, wrk.path = "POST", arguments[1]
    lines, pause = io.lines(arguments[2]), tonumber(arguments[3])
end

function delay() return math.random(0, 2 * pause) end

function request()
    local line = lines and lines()
    -- The file is made for twice the time; behind its end only the rate would be measured.
    if line == nil then
        lines = nil
        return wrk.format("POST", wrk.path, {}, "{}")
    end
    local fields, rest = { ["Content-Type"] = "application/json", ["Host"] = wrk.headers["Host"] }, line
    while true do
        local cell, behind = rest:match("^([^\t]*)\t(.*)$")
        if cell == nil then break end
        local name, value = cell:match("^([^:]+): (.*)$")
        fields[name], rest = value, behind
    end
    return wrk.format("POST", wrk.path, fields, rest)
end
