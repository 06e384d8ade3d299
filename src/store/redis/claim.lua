-- Makes the caller the owner of a partition; answers "<epoch>:<writes>", which each of its writes must find and moves on by one.
--
-- KEYS[1] the partition's owner · ARGV[1] the epoch of the caller's lease, '' for one more than the last
local epoch, writes = string.match(redis.call('GET', KEYS[1]) or '0:0', '^(%d+):(%d+)$')
local mine = ARGV[1] == '' and string.format('%d', epoch + 1) or ARGV[1]
if tonumber(mine) < tonumber(epoch) then
  return redis.error_reply('FENCED a newer owner has taken the partition over')
end
local owner = mine .. ':' .. writes
redis.call('SET', KEYS[1], owner)
return owner
