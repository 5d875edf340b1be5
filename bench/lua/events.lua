-- A batch of ten new form credits per request, of users drawn evenly.
-- Arguments: the number of users, and a word that is unique to the run.
local users, run, made, now
function setup(thread) math.randomseed(os.time()) end
function init(args)
  users, run, made, now = tonumber(args[1]), args[2], 0, os.time() * 1000
end
function request()
  local events = {}
  for n = 1, 10 do
    local id = string.format('%s-%08d-%d', run, made, n)
    events[n] = string.format(
      '{"id":"%s","type":"form.submitted","at":%d,"formId":"form-%s","page":"pages/form/form"}', id, now, id)
  end
  made = made + 1
  return wrk.format('POST', '/v1/events', {
    ['Authorization'] = 'Bearer user-' .. math.random(0, users - 1),
    ['Content-Type'] = 'application/json',
  }, string.format('{"sentAt":%d,"events":[%s]}', now, table.concat(events, ',')))
end
