-- One message a request, each under its own key, to users drawn evenly: args are the number of users and a word of the run.
local users, run, made
function setup(thread) math.randomseed(os.time()) end
function init(args)
  users, run, made = tonumber(args[1]), args[2], 0
end
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
