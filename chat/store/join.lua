-- ARGV: sid, place. The number is given once: no position ever rises.
local sid = ARGV[1]
if redis.call('HEXISTS', PLACES, sid) == 1 then
  return 0
end
local place = cjson.decode(ARGV[2])
local visitors, professionals = waiting()
if is_work(place) then
  if professionals >= $WORK$ then
    return {'refused', 'queue-full'}
  end
elseif visitors >= $PLACES$ then
  return {'refused', 'queue-full'}
end
place.number = redis.call('HINCRBY', PLACES, 'last', 1)
count(place, 1)
keep(sid, place)
tell()
return 1
