-- Removes some groups that do not expire, as a write does: only if the partition is as the caller left it. Answers how many it
-- removed: fewer than asked for is all.
--
-- KEYS[1] the partition's owner · KEYS[2] the sorted set of the groups that do not expire
-- ARGV[1] the owner as the caller left it · ARGV[2] as it is after this
-- ARGV[3], ARGV[4] the bounds, as ZRANGE BYLEX takes them · ARGV[5] how many at most
local found = redis.call('GET', KEYS[1])
if found ~= ARGV[1] then return redis.error_reply('STALE ' .. (found or '0:')) end
redis.call('SET', KEYS[1], ARGV[2])
local groups = redis.call('ZRANGE', KEYS[2], ARGV[3], ARGV[4], 'BYLEX', 'LIMIT', 0, ARGV[5])
if #groups > 0 then
  redis.call('UNLINK', unpack(groups))
  redis.call('ZREM', KEYS[2], unpack(groups))
end
return #groups
