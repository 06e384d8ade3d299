-- Removes some groups that do not expire; none for an older owner. Answers how many it removed: fewer than asked for is all.
--
-- KEYS[1] the partition's epoch · KEYS[2] the sorted set of the groups that do not expire
-- ARGV[1] the epoch of the writer · ARGV[2], ARGV[3] the bounds, as ZRANGE BYLEX takes them · ARGV[4] how many at most
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return redis.error_reply('FENCED a newer owner has taken the partition over')
end
local groups = redis.call('ZRANGE', KEYS[2], ARGV[2], ARGV[3], 'BYLEX', 'LIMIT', 0, ARGV[4])
if #groups > 0 then
  redis.call('UNLINK', unpack(groups))
  redis.call('ZREM', KEYS[2], unpack(groups))
end
return #groups
