-- K6, S1: open a conversation with A_0. KEYS also: left.
local digest, capability, leave, visitor, language, entrance, opened, told, back = unpack(ARGV, 3)
if redis.call('GET', KEYS[4]) == leave then -- Leave 3: quicker than the start
  redis.call('SET', TOMBSTONE, 'left-quickly', 'EX', $TOMBSTONE$)
  return refused('unknown-conversation')
end
if redis.call('EXISTS', TOMBSTONE) == 1 then
  return refused('unknown-conversation')
end
if redis.call('EXISTS', FACTS) == 1 then
  local found = facts('capability')
  if not found then
    return refused('unknown-conversation')
  end
  if found[2] ~= capability then
    return refused('other-bytes')
  end
  return first_answer(1, digest)
end
redis.call('HSET', FACTS, 'state', '$LEASE_BEFORE$', 'opened', opened, 'until', 0, 'n', 1, 'epoch', 0, 'newest', digest,
  'a0', 1, 'members', '', 'certificates', '', 'lease', '', 'visitor', visitor, 'capability', capability, 'leave', leave,
  'language', language, 'entrance', entrance, 'told', told, 'back', back)
local answer = append(1, digest)
renew('$LEASE_BEFORE$', opened, 0)
return answer
