-- S6: the service's last words, erased at once. Everybody who follows hears them and the reason.
local reason, word = ARGV[3], ARGV[4]
local found = redis.call('HMGET', FACTS, 'until', 'n')
if not found[1] then
  return nil
end
if reason == 'time' and tonumber(found[1]) > now then
  return refused('wrong-moment')
end
local index = tonumber(found[2]) + 1
local ending = word == '' and reason or reason .. ' ' .. word
if raw ~= '' then
  redis.call('PUBLISH', LOG, index .. ' ' .. ARGV[1] .. ' ' .. raw)
end
redis.call('PUBLISH', LOG, 'ended ' .. ending)
redis.call('DEL', FACTS, LOG)
redis.call('SET', TOMBSTONE, ending, 'EX', $TOMBSTONE$)
return {index, now, 0}
