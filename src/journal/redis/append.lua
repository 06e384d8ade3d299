#!lua
-- Appends a record to a partition; answers its sequence: one more than the last, but at least the time since 2026 in 1/64 ms. So a Redis
-- that has forgotten its last writes, or all of them, gives no sequence twice. Refuses with "FULL <records> <bytes>" past a limit.
--
-- KEYS[1] the stream · KEYS[2] the partition's state
-- ARGV[1] the record · ARGV[2] a sequence that was given before · ARGV[3], ARGV[4] how many records and bytes it may hold
local state = redis.call('HMGET', KEYS[2], 'sequence', 'appended', 'trimmed')
local last, appended, trimmed = tonumber(state[1] or 0), tonumber(state[2] or 0), tonumber(state[3] or 0)
local records = redis.call('XLEN', KEYS[1])
local bytes = appended - trimmed
if records > 0 and (records >= tonumber(ARGV[3]) or bytes + #ARGV[1] > tonumber(ARGV[4])) then
  return redis.error_reply(string.format('FULL %d %d', records, bytes))
end
local time = redis.call('TIME')
local sinceMs = time[1] * 1000 + math.floor(time[2] / 1000) - 1767225600000
local sequence = math.max(last + 1, tonumber(ARGV[2]) + 1, sinceMs * 64)
local written = string.format('%.0f', sequence)
local through = string.format('%.0f', appended + #ARGV[1])
redis.call('XADD', KEYS[1], '0-' .. written, 'record', ARGV[1], 'appended', through)
redis.call('HSET', KEYS[2], 'sequence', written, 'appended', through)
return sequence
