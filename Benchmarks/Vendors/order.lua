-- Opens payments by link, as many as it can, and writes their attempts down.
-- Arguments: the key, the vendor, the file.
local start, turn, file = "", 0, nil

function init(arguments)
    wrk.method, wrk.path = "POST", "/api/v1/payments/intents"
    wrk.headers["Authorization"] = "Bearer " .. arguments[1]
    wrk.headers["Content-Type"] = "application/json"
    wrk.body = '{"amount":15000000,"currency":"UZS","capture_method":"automatic","provider":"' .. arguments[2]
        .. '","method":{"kind":"redirect"},"return_url":"https://hotel.example/thanks"}'
    file = io.open(arguments[3], "a")
    start = arguments[2] .. os.time() .. "x"
end

function request()
    turn = turn + 1
    wrk.headers["Idempotency-Key"] = start .. turn
    return wrk.format()
end

function response(status, headers, body)
    local attempt = body:match('"last_attempt":{"id":"(att_[a-z0-9]+)"')
    if attempt then
        file:write(attempt, "\n")
        file:flush()
    end
end
