-- Payments captured in cash, each under a key of its own.
-- Arguments: the API key, [milliseconds between requests].
local turn, start, pause = 0, "", 0

function init(arguments)
    pause = tonumber(arguments[2] or "0")
    if pause == 0 then delay = nil end
    wrk.method = "POST"
    wrk.path = "/api/v1/payments/intents"
    wrk.headers["Authorization"] = "Bearer " .. arguments[1]
    wrk.headers["Content-Type"] = "application/json"
    wrk.body = '{"amount":12500,"currency":"USD","method":{"kind":"cash","drawer_id":"front-1"}}'
    start = "bench-" .. os.time() .. "-"
end

-- Spread around the pause, so that connections do not march in step.
function delay()
    return math.random(0, 2 * pause)
end

function request()
    turn = turn + 1
    wrk.headers["Idempotency-Key"] = start .. turn
    return wrk.format()
end
