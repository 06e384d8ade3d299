#!lua flags=no-writes,allow-oom
-- Reads records of a partition, in order: as many as are there, up to a number of them, or of their bytes. Answers sequence, record,
-- sequence, record …
--
-- KEYS[1] the stream · ARGV[1] the sequence they come after · ARGV[2] how many · ARGV[3] bytes after which no more are added
local after, read, bytes = ARGV[1], {}, 0
while #read < 2 * ARGV[2] and bytes < tonumber(ARGV[3]) do
  local entry = redis.call('XRANGE', KEYS[1], '(0-' .. after, '+', 'COUNT', 1)[1]
  if not entry then break end
  local record = entry[2][2]
  after = string.sub(entry[1], 3)
  read[#read + 1] = after
  read[#read + 1] = record
  bytes = bytes + #record
end
return read
