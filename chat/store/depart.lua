-- Leave 5: the visitor left in a hurry, and may come back by a code: the service says so, and nothing is erased.
local found = facts('code', 'departed', 'n')
if not found or not found[2] then
  return nil
end
if found[3] then
  return first_answer(found[3], '')
end
local index = tonumber(found[4]) + 1
if index > $DEPARTURE$ then
  return nil
end
redis.call('HSET', FACTS, 'n', index, 'departed', index)
return append(index, '')
