-- ARGV: sid, and a time: only when the visitor was last here before it; 0: in any case. Answers since when it stood.
local before = tonumber(ARGV[2])
local place = find(ARGV[1])
if not place or (before > 0 and (place.lease or place.present >= before)) then
  return 0
end
redis.call('HDEL', PLACES, ARGV[1])
count(place, -1)
tell()
return place.kept and 0 or place.since -- who goes on where the store lost a part has not waited (E9)
