-- Lists of payments, narrowed as one payment of many is: what is asked for always exists.
-- Arguments: the API key, a file with a payment a line (the columns of `columns`), the filters by commas, the days of
-- the period, `first` or `deep` pages, a file for how many were refused as too broad.
local columns = {
    "id", "created", "amount", "currency", "status", "merchant_account_id", "customer_id", "method_id", "method_kind",
    "order_id", "order_reference", "item", "property_id", "gateway", "receipt", "risk_level", "risk_score",
}
local payments, filters, headers = {}, {}, {}
local days, isDeep, broad = 30, false, ""

local digits = "0123456789abcdefghjkmnpqrstvwxyz"

-- An identifier as the API writes it: 26 characters of five bits each, from a UUID.
local function text(prefix, uuid)
    local bits = { 0, 0 }
    for digit in uuid:gsub("-", ""):gmatch(".") do
        local value = tonumber(digit, 16)
        for bit = 3, 0, -1 do bits[#bits + 1] = math.floor(value / 2 ^ bit) % 2 end
    end
    local characters = {}
    for place = 1, 130, 5 do
        local value = 0
        for bit = 0, 4 do value = value * 2 + bits[place + bit] end
        characters[#characters + 1] = digits:sub(value + 1, value + 1)
    end
    return prefix .. table.concat(characters)
end

local function time(seconds)
    return os.date("!%Y-%m-%dT%H:%M:%SZ", seconds)
end

local conditions = {
    period = function() return "" end,
    amount = function(p)
        return "&amount_min=" .. p.amount - 50 .. "&amount_max=" .. p.amount + 50
    end,
    billing_status = function() return "&billing_status=pending,canceled" end,
    discrepancy = function() return "&discrepancy=true" end,
    customer_id = function(p) return "&customer_id=" .. text("cus_", p.customer_id) end,
    method_id = function(p) return "&method_id=" .. text("pm_", p.method_id) end,
    order_id = function(p) return "&order_id=" .. text("ord_", p.order_id) end,
    merchant_account_id = function(p)
        return "&merchant_account_id=" .. text("mac_", p.merchant_account_id)
    end,
    receipt = function(p) return "&details.receipt=" .. p.receipt end,
    risk_level = function(p) return "&details.outcome.risk_level=" .. p.risk_level end,
    risk_score = function(p) return "&details.outcome.risk_score%5Bgt%5D=" .. p.risk_score end,
}

local function condition(name, payment)
    local known = conditions[name]
    return known and known(payment) or "&" .. name .. "=" .. payment[name]
end

function init(arguments)
    headers["Authorization"] = "Bearer " .. arguments[1]
    for line in io.lines(arguments[2]) do
        local payment, place = {}, 0
        for value in (line .. "|"):gmatch("(.-)|") do
            place = place + 1
            payment[columns[place]] = value
        end
        payments[#payments + 1] = payment
    end
    for name in arguments[3]:gmatch("[^,]+") do filters[#filters + 1] = name end
    days, isDeep, broad = tonumber(arguments[4]), arguments[5] == "deep", arguments[6]
    math.randomseed(os.time())
end

function request()
    local payment = payments[math.random(#payments)]
    local created = tonumber(payment.created)
    -- The payment stands somewhere in its period; a deep page begins behind it.
    local from = created - math.random(0, days * 86400)
    local path = "/api/v1/payments/intents?created_from=" .. time(from)
        .. "&created_before=" .. time(from + days * 86400)
    if isDeep then path = path .. "&after=" .. text("pay_", payment.id) end
    for _, name in ipairs(filters) do path = path .. condition(name, payment) end
    return wrk.format("GET", path, headers)
end

-- Kept in a file, since wrk's report only counts what is not 2xx.
function response(status, _, body)
    if status == 422 and body:find("filter_too_broad", 1, true) then
        local file = io.open(broad, "a")
        file:write("x")
        file:close()
    elseif status ~= 200 then
        io.stderr:write(status, " ", body, "\n")
    end
end
