-- What the scripts on the queue share. It comes before each of them. KEYS: places, channel.
local PLACES, CHANGED = KEYS[1], KEYS[2]

local function find(sid)
  local row = redis.call('HGET', PLACES, sid)
  return row and cjson.decode(row)
end

local function keep(sid, place)
  redis.call('HSET', PLACES, sid, cjson.encode(place))
  redis.call('EXPIRE', PLACES, $LIVE$)
end

local function tell()
  redis.call('PUBLISH', CHANGED, '')
end
