-- C2: a team key that nothing is under any more. KEYS: teams, shares, newest, superseded, under, erased. ARGV: H(team), now.
if tonumber(redis.call('HGET', KEYS[5], ARGV[1]) or 0) > 0 then
  return 0
end
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2])
redis.call('HDEL', KEYS[4], ARGV[1])
redis.call('HDEL', KEYS[5], ARGV[1])
if redis.call('GET', KEYS[3]) == ARGV[1] then
  redis.call('DEL', KEYS[3])
end
redis.call('HSETNX', KEYS[6], 'since', ARGV[2])
redis.call('HINCRBY', KEYS[6], 'count', 1)
return 1
