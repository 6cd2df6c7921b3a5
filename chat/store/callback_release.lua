-- A lease is given back by its holder. KEYS: request. ARGV: holder.
if redis.call('HGET', KEYS[1], 'holder') == ARGV[1] and redis.call('HGET', KEYS[1], 'state') ~= 'over' then
  redis.call('HDEL', KEYS[1], 'holder', 'name', 'until')
end
return 1
