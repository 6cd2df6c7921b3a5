-- ARGV: sid, place. The number is given once: no position ever rises.
local sid = ARGV[1]
if redis.call('HEXISTS', PLACES, sid) == 1 then
  return 0
end
if redis.call('HLEN', PLACES) > $PLACES$ then -- one field is no place but the last number
  return {'refused', 'queue-full'}
end
local place = cjson.decode(ARGV[2])
place.number = redis.call('HINCRBY', PLACES, 'last', 1)
keep(sid, place)
tell()
return 1
