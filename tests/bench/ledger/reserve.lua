-- Reservations for wrk: a document of one line after the other, over the indicators in turn or one of them.
--   wrk … -s reserve.lua URL -- TOKEN UNIT PREFIX INDICATOR…
local threads = {}

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

function init(args)
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Authorization"] = "Bearer " .. args[1]
  unit, prefix, indicators = args[2], args[3] .. number, {}
  for i = 4, #args do table.insert(indicators, args[i]) end
  sent, allowed, lost = 0, 0, 0
end

function request()
  sent = sent + 1
  local indicator = indicators[(sent + number * 997) % #indicators + 1]
  return wrk.format(nil, nil, nil, string.format(
    '{"document":{"entity":"external.bench","id":"%s%07d"},"unit":"%s","link":"payment","lines":[{"line":1,"indicator":"%s","amount":"0.01"}]}',
    prefix, sent, unit, indicator))
end

function response(status, _, body)
  if status == 200 and body:find('"allowed":true', 1, true) then allowed = allowed + 1 else lost = lost + 1 end
end

function done()
  local good, bad = 0, 0
  for _, thread in ipairs(threads) do
    good, bad = good + thread:get("allowed"), bad + thread:get("lost")
  end
  print("reserved " .. good .. " lost " .. bad)
end
