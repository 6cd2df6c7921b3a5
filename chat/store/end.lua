-- S6: the service's last words, erased at once. Everybody who follows hears them and the reason.
local reason = ARGV[3]
local found = redis.call('HMGET', FACTS, 'until', 'n')
if not found[1] then
  return nil
end
if reason == 'time' and tonumber(found[1]) > now then
  return refused('wrong-moment')
end
local index = tonumber(found[2]) + 1
redis.call('PUBLISH', LOG, index .. ' ' .. ARGV[1] .. ' ' .. raw)
redis.call('PUBLISH', LOG, 'ended ' .. reason)
redis.call('DEL', FACTS, LOG)
redis.call('SET', TOMBSTONE, reason, 'EX', $TOMBSTONE$)
return {index, now, 0}
