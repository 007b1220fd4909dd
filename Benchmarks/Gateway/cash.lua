-- Payments captured in cash, each under a key of its own.
-- Arguments: the API key.
local turn, start = 0, ""

function init(arguments)
    wrk.method = "POST"
    wrk.path = "/api/v1/payments/intents"
    wrk.headers["Authorization"] = "Bearer " .. arguments[1]
    wrk.headers["Content-Type"] = "application/json"
    wrk.body = '{"amount":12500,"currency":"USD","method":{"kind":"cash","drawer_id":"front-1"}}'
    start = "bench-" .. os.time() .. "-"
end

function request()
    turn = turn + 1
    wrk.headers["Idempotency-Key"] = start .. turn
    return wrk.format()
end
