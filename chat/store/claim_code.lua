-- R2: what lies under a code, for the first who asks; for a while for nobody else. KEYS: the blob. ARGV: now, H(tag).
local now, tag = tonumber(ARGV[1]), ARGV[2]
local found = redis.call('HMGET', KEYS[1], 'sid', 'blob', 'tag', 'locked')
if not found[1] then
  return nil
end
local locked = found[3] and tonumber(found[4]) > now
if locked and found[3] ~= tag then
  return {'refused', 'code-locked'}
end
if not locked then
  redis.call('HSET', KEYS[1], 'tag', tag, 'locked', now + $LOCK$)
end
return {found[1], found[2]}
