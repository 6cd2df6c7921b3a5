-- Call 5: nothing is left. KEYS: request, under, erased, notes, code, open. ARGV: id, now, version and state that were read.
local found = redis.call('HMGET', KEYS[1], 'version', 'state')
if found[1] and (found[1] ~= ARGV[3] or found[2] ~= ARGV[4]) then
  return 0
end
if found[1] then
  empty(ARGV[2])
end
drop_notes()
redis.call('DEL', KEYS[1], KEYS[5])
redis.call('ZREM', KEYS[6], ARGV[1])
return 1
