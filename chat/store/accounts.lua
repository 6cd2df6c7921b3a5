-- Data 4: one account's next record and the audit's next entry, together or not at all. KEYS: accounts, audit, links.
-- ARGV: id, record before ('' for none), record after, number of the entry, entry, link before and after ('' for none).
-- True: something changed meanwhile.
if redis.call('LLEN', KEYS[2]) ~= tonumber(ARGV[4]) - 1 then
  return 1
end
if ARGV[1] ~= '' then
  if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then
    return 1
  end
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
if ARGV[6] ~= ARGV[7] then
  redis.call('HDEL', KEYS[3], ARGV[6])
  if ARGV[7] ~= '' then
    redis.call('HSET', KEYS[3], ARGV[7], ARGV[1])
  end
end
redis.call('RPUSH', KEYS[2], ARGV[5])
return nil
