-- Card payments: authorized and, unless told `hold`, captured by a request of its own.
-- Arguments: the API key, the payment method, `capture` or `hold`, [milliseconds between requests].
local turn, start, pause, captures = 0, "", 0, true
local authorized = {}

function init(arguments)
    captures = arguments[3] ~= "hold"
    pause = tonumber(arguments[4] or "0")
    if pause == 0 then delay = nil end
    start = "bench-" .. os.time() .. "-"
    wrk.headers["Authorization"] = "Bearer " .. arguments[1]
    wrk.headers["Content-Type"] = "application/json"
    body = '{"amount":12500,"currency":"USD","capture_method":"manual",'
        .. '"method":{"kind":"card","id":"' .. arguments[2] .. '"}}'
end

-- Spread around the pause, so that connections do not march in step.
function delay()
    return math.random(0, 2 * pause)
end

function request()
    turn = turn + 1
    wrk.headers["Idempotency-Key"] = start .. turn
    local id = table.remove(authorized)
    if id then
        return wrk.format("POST", "/api/v1/payments/intents/" .. id .. "/capture", nil, "{}")
    end
    return wrk.format("POST", "/api/v1/payments/intents", nil, body)
end

function response(status, headers, answer)
    if captures and answer:find('"status":"authorized"', 1, true) then
        authorized[#authorized + 1] = answer:match('"id":"(pay_%w+)"')
    end
end
