-- R1: what lies under a code, for nobody yet. KEYS: the blob. ARGV: sid, blob, seconds.
local known = redis.call('HGET', KEYS[1], 'sid')
if known and known ~= ARGV[1] then
  return {'refused', 'other-bytes'}
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'sid', ARGV[1], 'blob', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
