-- As spend.lua, each connection waiting between two requests for times whose mean is the third argument, in milliseconds.
local users, run, mean, made
function setup(thread) math.randomseed(os.time()) end
function init(args)
  users, run, mean, made = tonumber(args[1]), args[2], tonumber(args[3]), 0
end
function delay() return math.floor(-mean * math.log(1 - math.random()) + 0.5) end
function request()
  made = made + 1
  local body = string.format(
    '{"channel":"template","openId":"user-%d","templateId":"T","page":"pages/index/index","data":{"keyword1":{"value":"339208499"},"keyword2":{"value":"2015-01-05 12:30"}}}',
    math.random(0, users - 1))
  return wrk.format('POST', '/v1/messages', {
    ['Authorization'] = 'Bearer bench-key',
    ['Content-Type'] = 'application/json',
    ['Idempotency-Key'] = run .. made,
  }, body)
end
