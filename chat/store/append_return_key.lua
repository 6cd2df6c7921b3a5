-- R1: the key by which the visitor may come back, and the hashes of where its blob lies and of what reads the log. From now on it
-- lives as long as anything does (S6).
local digest, code, reading = ARGV[3], ARGV[4], ARGV[5]
local found = facts('state', 'opened', 'n', 'r' .. digest)
if not found then
  return refused('unknown-conversation')
end
if found[5] then
  return first_answer(found[5], digest)
end
if found[2] ~= '$ADMIT_AFTER$' then
  return refused('wrong-moment')
end
local index = tonumber(found[4]) + 1
if index > $ASKING$ then
  return refused('full')
end
redis.call('HSET', FACTS, 'n', index, 'r' .. digest, index, 'returns', index, 'code', code, 'reading', reading)
renew(found[2], found[3], found[1], code)
return append(index, digest)
