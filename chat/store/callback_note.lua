-- C5: a note on a request, by its holder. KEYS: request, under, notes, teams. ARGV: holder, '', now, most, team, note.
local found = redis.call('HMGET', KEYS[1], 'state', 'holder', 'until')
if found[1] ~= 'waiting' and found[1] ~= 'over' then
  return {'refused', 'callback-' .. (found[1] or 'unknown')}
end
if found[2] ~= ARGV[1] or tonumber(found[3]) <= tonumber(ARGV[3]) then
  return {'refused', 'callback-not-held'}
end
if redis.call('LLEN', KEYS[3]) >= tonumber(ARGV[4]) then
  return {'refused', 'full'}
end
if redis.call('HEXISTS', KEYS[4], ARGV[5]) == 0 then
  return {'refused', 'stale-challenge'}
end
redis.call('RPUSH', KEYS[3], ARGV[6])
redis.call('HINCRBY', KEYS[2], ARGV[5], 1)
return 1
