-- E9: somebody holds entries that are not here any more. Everybody who follows is told, now and whenever they come.
if not facts('state') then
  return refused('unknown-conversation')
end
if redis.call('HSETNX', FACTS, 'lost', 1) == 1 then
  redis.call('PUBLISH', LOG, 'lost')
end
return 1
