-- E9: a conversation that continues another takes its place. One that had members is kept for them, at the head.
-- ARGV: sid, the other's sid, place.
local sid, other = ARGV[1], ARGV[2]
if redis.call('HEXISTS', PLACES, sid) == 1 then
  return 0
end
local place, before = cjson.decode(ARGV[3]), find(other)
if before then
  redis.call('HDEL', PLACES, other)
  count(before, -1)
  place.declined = before.declined
end
if before and not place.kept then
  place.number, place.since, place.kept = before.number, before.since, before.kept
  place.turn, place.first = before.turn, before.first
elseif not place.kept then
  place.number = redis.call('HINCRBY', PLACES, 'last', 1)
end
count(place, 1)
keep(sid, place)
tell()
return 1
