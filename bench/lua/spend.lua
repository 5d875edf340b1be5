-- One message per request, each with its own idempotency key, to users drawn evenly.
-- Arguments: the number of users, a word that is unique to the run, and optionally the mean pause of a
-- connection between two requests, in milliseconds, and the number of apps among which the users are.
local users, run, made, mean, apps
function init(args)
  users, run, made, mean = tonumber(args[1]), args[2], 0, tonumber(args[3] or 0)
  -- Runs at the same time draw other users.
  local seed = os.time()
  for n = 1, #run do seed = (seed * 31 + run:byte(n)) % 2147483648 end
  math.randomseed(seed)
  apps = tonumber(args[4] or 0)
  if mean > 0 then delay = wait end
end
function wait() return math.floor(-mean * math.log(1 - math.random()) + 0.5) end
function request()
  made = made + 1
  local user = math.random(0, users - 1)
  local path = '/v1/messages'
  if apps > 0 then path = string.format('%s?appId=wxbench%010d', path, user % apps) end
  local body = string.format(
    '{"channel":"template","openId":"user-%d","templateId":"T","page":"pages/index/index","data":{"keyword1":{"value":"339208499"},"keyword2":{"value":"2015-01-05 12:30"}}}',
    user)
  return wrk.format('POST', path, {
    ['Authorization'] = 'Bearer bench-key',
    ['Content-Type'] = 'application/json',
    ['Idempotency-Key'] = run .. made,
  }, body)
end
