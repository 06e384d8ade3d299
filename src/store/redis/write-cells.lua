-- Writes and removes cells of one partition: all of them, if nobody else has written since the caller's last write and none of its
-- writes is lost; none otherwise.
--
-- KEYS[1]  the partition's owner, "<epoch>:<claim>:<writes>"
-- KEYS[2]  the sorted set of the groups that do not expire, so that a range of them can be dropped
-- KEYS[3…] the groups, each a hash of members
-- ARGV[1]  the owner as the caller left it · ARGV[2] as it is after this
-- ARGV[3…] for each group: when it may go (epoch ms, '' never), how many cells are set and removed,
--          the members and cells to set in pairs, the members to remove
--
-- A group goes as a whole, when the last of its cells may.
local found = redis.call('GET', KEYS[1])
if found ~= ARGV[1] then return redis.error_reply('STALE ' .. (found or '0:')) end
redis.call('SET', KEYS[1], ARGV[2])
local at = 3
for k = 3, #KEYS do
  local group = KEYS[k]
  local expires, sets, removes = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  at = at + 3
  if sets > 0 then
    local ttl = redis.call('PEXPIRETIME', group)
    redis.call('HSET', group, unpack(ARGV, at, at + 2 * sets - 1))
    at = at + 2 * sets
    if expires == '' then
      if ttl ~= -1 then
        redis.call('PERSIST', group)
        redis.call('ZADD', KEYS[2], 0, group)
      end
    elseif ttl == -2 or (ttl >= 0 and ttl < tonumber(expires)) then
      redis.call('PEXPIREAT', group, expires)
    end
  end
  if removes > 0 then
    redis.call('HDEL', group, unpack(ARGV, at, at + removes - 1))
    at = at + removes
    if redis.call('EXISTS', group) == 0 then redis.call('ZREM', KEYS[2], group) end
  end
end
return redis.status_reply('OK')
