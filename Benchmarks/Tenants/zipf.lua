-- Payments captured in cash, each for a tenant that is drawn by Zipf's law with exponent 1.
-- Arguments: a platform's API key, a file with a tenant a line.
local turn, start, sum = 0, "", 0
local tenants, reach = {}, {}

function init(arguments)
    wrk.method = "POST"
    wrk.path = "/api/v1/payments/intents"
    wrk.headers["Authorization"] = "Bearer " .. arguments[1]
    wrk.headers["Content-Type"] = "application/json"
    wrk.body = '{"amount":12500,"currency":"USD","method":{"kind":"cash","drawer_id":"front-1"}}'
    for line in io.lines(arguments[2]) do
        tenants[#tenants + 1] = line
        sum = sum + 1 / #tenants
        reach[#tenants] = sum
    end
    math.randomseed(os.time())
    start = "bench-" .. os.time() .. "-"
end

-- The first tenant whose share reaches as far as the draw.
local function draw()
    local wanted, low, high = math.random() * sum, 1, #tenants
    while low < high do
        local middle = math.floor((low + high) / 2)
        if reach[middle] < wanted then low = middle + 1 else high = middle end
    end
    return tenants[low]
end

function request()
    turn = turn + 1
    wrk.headers["Idempotency-Key"] = start .. turn
    wrk.headers["Tenant-Id"] = draw()
    return wrk.format()
end
