-- What the scripts on one conversation share. It comes before each of them.
-- KEYS: facts, log, tombstone. The log's name is also the channel on which its entries are published.
-- ARGV: now, raw, and what the script itself names.
local FACTS, LOG, TOMBSTONE = KEYS[1], KEYS[2], KEYS[3]
local now, raw = tonumber(ARGV[1]), ARGV[2]

local function refused(code)
  return {'refused', code}
end

-- "until" and the named facts; nil when the conversation is gone or its time is over.
local function facts(...)
  local found = redis.call('HMGET', FACTS, 'until', ...)
  if found[1] and tonumber(found[1]) > now then
    return found
  end
end

-- S1: the same bytes get the first answer, others are refused.
local function first_answer(index, digest)
  local found = redis.call('XRANGE', LOG, index .. '-0', index .. '-0')[1]
  if not found then
    return refused('lost-entries')
  end
  local entry = found[2]
  if entry[2] ~= digest then
    return refused('other-bytes')
  end
  return {tonumber(index), tonumber(entry[4]), 1}
end

local function append(index, digest)
  redis.call('XADD', LOG, index .. '-0', 'd', digest, 't', ARGV[1], 'r', raw)
  redis.call('PUBLISH', LOG, index .. ' ' .. ARGV[1] .. ' ' .. raw)
  return {index, now, 0}
end

-- S6: how long it lives without the visitor's socket, counted from now; where there is a return code, as long as anything may.
local function renew(state, opened, over, code)
  local life = code and $LONGEST$ or state == '$ADMIT_AFTER$' and $ADMITTED$ or $WAITING$
  local again = math.min(now + life, tonumber(opened) + $LONGEST$)
  if math.abs(again - tonumber(over)) >= $RENEW$ then
    redis.call('HSET', FACTS, 'until', again)
    redis.call('EXPIRE', FACTS, again - now + $GRACE$)
    redis.call('EXPIRE', LOG, again - now + $GRACE$)
  end
  return again
end
