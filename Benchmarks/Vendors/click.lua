-- Click's questions: every order is prepared and completed, then completed once more.
-- Arguments: the path, the service's secret, a file with an attempt a line, milliseconds between requests.
local ffi = require("ffi")
ffi.cdef [[ unsigned char *MD5(const unsigned char *bytes, size_t count, unsigned char *digest); ]]
local crypto = ffi.load("libcrypto.so.3")
-- wrk makes a first request that it does not send.
local orders, numbers, turn, pause, secret, signed = {}, {}, -1, 0, "", ""
local digest = ffi.new("unsigned char[16]")
local thread

function setup(one) thread = one end

function init(arguments)
    wrk.method, wrk.path, secret = "POST", arguments[1], arguments[2]
    wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
    for line in io.lines(arguments[3]) do orders[#orders + 1] = line end
    pause = tonumber(arguments[4])
    signed = os.date("!%Y-%m-%d %H:%M:%S", os.time() + 5 * 3600)
    wrong_answers = 0
end

function delay() return math.random(0, 2 * pause) end

local function md5(text)
    crypto.MD5(text, #text, digest)
    local digits = {}
    for index = 0, 15 do digits[index + 1] = string.format("%02x", digest[index]) end
    return table.concat(digits)
end

function request()
    local order, round = turn % #orders + 1, math.floor(turn / #orders)
    turn = turn + 1
    local transaction, reference = 2147480000000 + order, orders[order]
    local action, number = "0", ""
    if round > 0 then action, number = "1", numbers[reference] or "0" end
    local sign = md5(string.format("%d85335%s%s%s150000.00%s%s", transaction, secret, reference, number, action, signed))
    local preparation = round > 0 and "&merchant_prepare_id=" .. number or ""
    return wrk.format(nil, nil, nil, string.format(
        "click_trans_id=%d&service_id=85335&click_paydoc_id=%d&merchant_trans_id=%s%s&amount=150000.00&action=%s"
            .. "&error=0&error_note=Success&sign_time=%s&sign_string=%s",
        transaction, 21474000000 + order, reference, preparation, action, signed:gsub(" ", "+"), sign))
end

function response(status, headers, body)
    local reference, number = body:match('"merchant_trans_id":"([^"]+)","merchant_prepare_id":(%d+)')
    if reference then numbers[reference] = number end
    -- -4 is what a repeated confirmation deserves.
    local code = body:match('"error":(-?%d+)')
    if code ~= "0" and code ~= "-4" then wrong_answers = wrong_answers + 1 end
end

function done() print("answers that were errors: " .. thread:get("wrong_answers")) end
