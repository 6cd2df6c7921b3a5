-- C3: taken back: a line without content, until its last window ends. KEYS: request, under, erased, notes, open. ARGV: id, now, last end.
local state = redis.call('HGET', KEYS[1], 'state')
if not state or state == 'over' then
  return {'refused', 'callback-unknown'}
end
if state == 'waiting' then
  empty(ARGV[2])
  drop_notes()
  redis.call('ZADD', KEYS[5], ARGV[3], ARGV[1])
end
redis.call('HSET', KEYS[1], 'state', 'cancelled')
return redis.call('HGETALL', KEYS[1])
