-- Makes the caller the owner of a partition; answers its epoch. Each of its writes must then find "<epoch>:<claim>:<writes>" as it left
-- it, and moves it on by one. The claim is a word of its own, so that no write sent under an earlier claim is ever taken for one of this.
--
-- KEYS[1] the partition's owner · ARGV[1] the epoch of the caller's lease, '' for one more than the last · ARGV[2] the claim
local epoch = tonumber(string.match(redis.call('GET', KEYS[1]) or '0', '^%d+'))
local mine = ARGV[1] == '' and epoch + 1 or tonumber(ARGV[1])
if mine < epoch then
  return redis.error_reply('FENCED a newer owner has taken the partition over')
end
local written = string.format('%d', mine)
redis.call('SET', KEYS[1], written .. ':' .. ARGV[2] .. ':0')
return written
