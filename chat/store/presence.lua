-- Whose sockets follow a conversation, until when. A changed count is published on the conversation's channel, and the count
-- to whoever begins to follow, in order with the changes.
-- KEYS: sockets, channel. ARGV: now, socket, role, until (0: gone), most sockets of a role, what it does: 'joins', and is refused
-- where there are so many; 'replaces' the oldest then; 'renews' what was here; 'stays', and is refused as well; 'goes'.
-- A value is "until turn"; a negative until: replaced by a newer one.
local function read(value)
  local ends, turn = string.match(value, '^(%-?%d+) (%d+)$')
  return tonumber(ends), tonumber(turn)
end

local function look(now)
  local counts, oldest, gone, last = { visitor = 0, counsellor = 0, guest = 0 }, {}, {}, 0
  local rows = redis.call('HGETALL', KEYS[1])
  for at = 1, #rows, 2 do
    local ends, turn = read(rows[at + 1])
    local role = string.match(rows[at], '^%a+')
    last = math.max(last, turn)
    if math.abs(ends) < now then
      gone[#gone + 1] = rows[at]
    elseif ends > 0 then
      counts[role] = counts[role] + 1
      if not oldest[role] or turn < oldest[role].turn then
        oldest[role] = { field = rows[at], turn = turn, ends = ends }
      end
    end
  end
  return counts, oldest, gone, last
end

local now, role, ends, most, does = tonumber(ARGV[1]), ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
local field = role .. ':' .. ARGV[2]
local before, oldest, gone, last = look(now)
local held = redis.call('HGET', KEYS[1], field)
local until_then, turn = 0, last + 1
if held then
  until_then, turn = read(held)
end
if does == 'renews' and until_then < 0 then
  return false
end
local counted = until_then >= now
if ends > 0 and not counted and before[role] >= most then
  if does ~= 'replaces' and does ~= 'renews' then
    return false
  end
  local first = oldest[role]
  redis.call('HSET', KEYS[1], first.field, -first.ends .. ' ' .. first.turn)
end
if #gone > 0 then
  redis.call('HDEL', KEYS[1], unpack(gone))
end
if ends > 0 then
  redis.call('HSET', KEYS[1], field, ends .. ' ' .. (counted and turn or last + 1))
  redis.call('EXPIRE', KEYS[1], $LIVE$)
else
  redis.call('HDEL', KEYS[1], field)
end
local after = look(now)
local same = after.visitor == before.visitor and after.counsellor == before.counsellor and after.guest == before.guest
if does == 'replaces' or does == 'joins' or #gone > 0 or not same then
  redis.call('PUBLISH', KEYS[2], 'here ' .. after.visitor .. ' ' .. after.counsellor .. ' ' .. after.guest)
end
return { after.visitor, after.counsellor, after.guest }
