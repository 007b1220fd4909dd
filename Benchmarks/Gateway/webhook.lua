-- A vendor's signed notifications, each an event of its own.
-- Arguments: the path, the signing secret, a file with a payment's reference a line, milliseconds
-- between requests.
local ffi = require("ffi")
ffi.cdef [[
    const void *EVP_sha256(void);
    unsigned char *HMAC(const void *digest, const void *key, int keyLength,
        const unsigned char *message, size_t length, unsigned char *code, unsigned int *codeLength);
]]
local crypto = ffi.load("libcrypto.so.3")
local references = {}
local code, turn, start, pause, secret = ffi.new("unsigned char[32]"), 0, "", 0, ""

function init(arguments)
    wrk.method, wrk.path, secret = "POST", arguments[1], arguments[2]
    pause = tonumber(arguments[4])
    for line in io.lines(arguments[3]) do references[#references + 1] = line end
    start = "evt_bench" .. os.time() .. "x"
    wrk.headers["Content-Type"] = "application/json"
end

function delay()
    return math.random(0, 2 * pause)
end

local function hex(message)
    crypto.HMAC(crypto.EVP_sha256(), secret, #secret, message, #message, code, nil)
    local digits = {}
    for index = 0, 31 do digits[index + 1] = string.format("%02x", code[index]) end
    return table.concat(digits)
end

function request()
    turn = turn + 1
    local now = os.time()
    wrk.body = string.format(
        '{"id":"%s","object":"event","api_version":"2025-03-31.basil","created":%d,"livemode":false,'
            .. '"type":"payment_intent.amount_capturable_updated","data":{"object":{"id":"%s",'
            .. '"object":"payment_intent","amount":12500,"amount_capturable":12500,"amount_received":0,'
            .. '"currency":"usd","status":"requires_capture","capture_method":"manual","created":%d,'
            .. '"livemode":false,"metadata":{}}}}',
        start .. turn, now, references[math.random(#references)], now)
    wrk.headers["Stripe-Signature"] = "t=" .. now .. ",v1=" .. hex(now .. "." .. wrk.body)
    return wrk.format()
end
