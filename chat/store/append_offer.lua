-- S1, E5: an offer over the newest announcement. An `accept` names the current lease; no other purpose has one.
local digest, over, lease = ARGV[3], ARGV[4], ARGV[5]
local found = facts('state', 'newest', 'lease', 'n', 'o' .. digest)
if not found then
  return refused('unknown-conversation')
end
if found[6] then
  return first_answer(found[6], digest)
end
if over ~= found[3] then
  return refused('stale-offer')
end
if lease ~= '' then
  if found[2] ~= '$ADMIT_BEFORE$' or lease ~= found[4] then
    return refused('lease-lost')
  end
elseif found[2] ~= '$ADMIT_AFTER$' then
  return refused('wrong-moment')
end
local index = tonumber(found[5]) + 1
if index > $ASKING$ then
  return refused('full')
end
redis.call('HSET', FACTS, 'n', index, 'o' .. digest, index)
return append(index, digest)
