-- Payme's questions: every order is checked, created, performed and checked again.
-- Arguments: the path, the cashbox's key, a file with an attempt a line, milliseconds between requests.
local ffi = require("ffi")
ffi.cdef [[ int EVP_EncodeBlock(unsigned char *text, const unsigned char *bytes, int count); ]]
local crypto = ffi.load("libcrypto.so.3")
-- wrk makes a first request that it does not send.
local orders, turn, pause, began = {}, -1, 0, 0
local thread

function setup(one) thread = one end

function init(arguments)
    local login = "Paycom:" .. arguments[2]
    local text = ffi.new("unsigned char[256]")
    crypto.EVP_EncodeBlock(text, login, #login)
    wrk.method, wrk.path = "POST", arguments[1]
    wrk.headers["Authorization"] = "Basic " .. ffi.string(text)
    wrk.headers["Content-Type"] = "text/json; charset=UTF-8"
    for line in io.lines(arguments[3]) do orders[#orders + 1] = line end
    pause, began = tonumber(arguments[4]), os.time() * 1000
    wrong_answers = 0
end

function delay() return math.random(0, 2 * pause) end

function request()
    local order, round = turn % #orders + 1, math.floor(turn / #orders)
    turn = turn + 1
    local id = string.format('"id":"%024x"', order)
    local account = string.format('"amount":15000000,"account":{"order_id":"%s"}', orders[order])
    local method, parameters
    if round <= 0 then
        method, parameters = "CheckPerformTransaction", account
    elseif round == 1 then
        method, parameters = "CreateTransaction", id .. ',"time":' .. began .. "," .. account
    elseif round == 2 then
        method, parameters = "PerformTransaction", id
    else
        method, parameters = "CheckTransaction", id
    end
    return wrk.format(nil, nil, nil, string.format(
        '{"jsonrpc":"2.0","id":%d,"method":"%s","params":{%s}}', turn, method, parameters))
end

function response(status, headers, body)
    if body:find('"error":{', 1, true) then wrong_answers = wrong_answers + 1 end
end

function done() print("answers that were errors: " .. thread:get("wrong_answers")) end
