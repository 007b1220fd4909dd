-- Reads payments by their identifiers.
-- Arguments: the API key, a file with an identifier a line.
local paths = {}

function init(arguments)
    wrk.headers["Authorization"] = "Bearer " .. arguments[1]
    for line in io.lines(arguments[2]) do
        paths[#paths + 1] = "/api/v1/payments/intents/" .. line
    end
end

function request()
    return wrk.format("GET", paths[math.random(#paths)])
end
