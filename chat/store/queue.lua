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

-- Who may take this one is another question now: a claim that was decided before does not hold.
local function change(sid, place)
  place.version = (place.version or 0) + 1
  keep(sid, place)
  tell()
end

-- Prof 1: professionals stand in the same hash and are counted apart.
local function is_work(place)
  return place.entrance == 'work'
end

local function count(place, by)
  redis.call('HINCRBY', PLACES, 'work', is_work(place) and by or 0)
end

-- How many visitors, and how many professionals.
local function waiting()
  local known = redis.call('HMGET', PLACES, 'last', 'work')
  local others = (known[1] and 1 or 0) + (known[2] and 1 or 0)
  local professionals = tonumber(known[2] or 0)
  return redis.call('HLEN', PLACES) - others - professionals, professionals
end
