-- E6, S1: the visitor's no to an offer that stands over the newest announcement.
local digest, offer = ARGV[3], ARGV[4]
local found = facts('epoch', 'n', 'o' .. offer, 'no' .. offer)
if not found then
  return refused('unknown-conversation')
end
if found[5] then
  return first_answer(found[5], digest)
end
local announced = redis.call('HGET', FACTS, 'a' .. found[2])
if not found[4] or tonumber(found[4]) < tonumber(announced) then
  return refused('stale-offer')
end
local index = tonumber(found[3]) + 1
if index > $ASKING$ then
  return refused('full')
end
redis.call('HSET', FACTS, 'n', index, 'no' .. offer, index)
return append(index, digest)
