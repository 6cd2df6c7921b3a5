-- Whose sockets follow a conversation, until when; a changed count is published on the conversation's channel.
-- KEYS: sockets, channel. ARGV: now, socket, role, until (0: gone), most sockets of a role.
local function count(now)
  local counts = { visitor = 0, counsellor = 0 }
  local gone = {}
  local rows = redis.call('HGETALL', KEYS[1])
  for at = 1, #rows, 2 do
    if tonumber(rows[at + 1]) < now then
      gone[#gone + 1] = rows[at]
    else
      local role = string.match(rows[at], '^%a+')
      counts[role] = counts[role] + 1
    end
  end
  return counts, gone
end

local now, field, ends = tonumber(ARGV[1]), ARGV[3] .. ':' .. ARGV[2], tonumber(ARGV[4])
local before, gone = count(now)
if ends > 0 and redis.call('HEXISTS', KEYS[1], field) == 0 and before[ARGV[3]] >= tonumber(ARGV[5]) then
  return false
end
if #gone > 0 then
  redis.call('HDEL', KEYS[1], unpack(gone))
end
if ends > 0 then
  redis.call('HSET', KEYS[1], field, ends)
  redis.call('EXPIRE', KEYS[1], $LIVE$)
else
  redis.call('HDEL', KEYS[1], field)
end
local after = count(now)
if #gone > 0 or after.visitor ~= before.visitor or after.counsellor ~= before.counsellor then
  redis.call('PUBLISH', KEYS[2], 'here ' .. after.visitor .. ' ' .. after.counsellor)
end
return { after.visitor, after.counsellor }
