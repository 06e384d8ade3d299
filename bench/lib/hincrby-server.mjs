/**
 * The way of the first HailWhale (2011): each event increments a field of a hash for every path × interval × metric, in Redis, at once.
 * Keys, fields and the two sets that list a path are named as it named them: `["store"]||["channel", "web"]||1m:1h||dollars`, and in it
 * `Thu Nov 15 00:00:00 2023`. But it is made as fast as it can be: it understands the workload's lines alone, all commands of a body go
 * out in one write, of which the names were made into bytes before, a path is listed once, and not with each of its counts, and the body
 * is answered when Redis has answered all of them.
 *   node hincrby-server.mjs PORT REDIS_PORT
 */
import { createServer } from 'node:http'
import { connect } from 'node:net'

/** Interval in seconds → the period that its buckets were kept under. */
const INTERVALS = new Map([
  [60, '1m:1h'],
  [3600, '1h:1d'],
  [86_400, '1d:30d'],
])
const METRICS = ['hits', 'dollars']

const [port, redisPort] = process.argv.slice(2).map(Number)
const redis = connect(redisPort, '127.0.0.1')
redis.setNoDelay(true)

/** Bodies under way, in the order that Redis answers them. */
const waiting = []
const state = { replies: 0 }
redis.on('data', bytes => {
  if (bytes.includes('-ERR')) throw new Error(bytes.toString())
  for (let i = bytes.indexOf(10); i >= 0; i = bytes.indexOf(10, i + 1)) state.replies++
  while (waiting.length > 0 && state.replies >= waiting[0].replies) {
    state.replies -= waiting[0].replies
    waiting.shift().resolve()
  }
})

/** Path → the first parts of its increments, one for each interval and metric. */
const heads = new Map()
/** Second → the middle parts of increments, one for each interval. */
const fields = new Map()

function bulk(text) {
  return `$${Buffer.byteLength(text)}\r\n${text}\r\n`
}

function command(...args) {
  return `*${args.length}\r\n${args.map(bulk).join('')}`
}

function headsOf(path) {
  const names = [...INTERVALS.values()].flatMap(period =>
    METRICS.map(metric => `["store"]||${path}||${period}||${metric}`),
  )
  return names.map(name => `*4\r\n${bulk('HINCRBY')}${bulk(name)}`)
}

/** What adds a path to the sets that list all paths, and those below its parent. */
function listing(path) {
  const parent = path.includes(', ') ? `${path.slice(0, path.lastIndexOf(', '))}]` : '["_"]'
  return (
    command('SADD', '["store"]||dimensions||["store"]', path) +
    command('SADD', `["store"]||subdimensions||["store"]||${parent}`, path)
  )
}

function fieldsOf(atS) {
  let made = fields.get(atS)
  if (made === undefined) {
    made = [...INTERVALS.keys()].map(seconds => bulk(dateText(Math.floor(atS / seconds) * seconds)))
    fields.set(atS, made)
  }
  return made
}

/** As `strftime('%a %b %d %H:%M:%S %Y')`. */
function dateText(atS) {
  const [weekday, day, month, year, time] = new Date(atS * 1000).toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${day} ${time} ${year}`
}

/** The commands of one event, and how many they are. */
function commandsOf({ at, dimensions: { channel, country }, metrics }) {
  const [name] = Object.keys(channel)
  const paths = [
    '["_"]',
    '["channel"]',
    `["channel", "${name}"]`,
    `["channel", "${name}", "${channel[name]}"]`,
    '["country"]',
    `["country", "${country}"]`,
  ]
  const values = [bulk(String(metrics.hits)), bulk(String(Math.round(metrics.dollars * 100)))]
  const times = fieldsOf(at)
  const event = { text: '', count: 0 }
  for (const path of paths) {
    let own = heads.get(path)
    if (own === undefined) {
      own = headsOf(path)
      heads.set(path, own)
      event.text += listing(path)
      event.count += 2
    }
    for (let i = 0; i < own.length; i++) event.text += own[i] + times[i >> 1] + values[i & 1]
    event.count += own.length
  }
  return event
}

createServer((request, response) => {
  const parts = []
  request.on('data', part => parts.push(part))
  request.on('end', async () => {
    const lines = Buffer.concat(parts).toString('latin1').trimEnd().split('\n')
    const events = lines.map(line => commandsOf(JSON.parse(line)))
    const replies = events.reduce((sum, { count }) => sum + count, 0)
    const answered = new Promise(resolve => waiting.push({ replies, resolve }))
    redis.write(events.map(({ text }) => text).join(''), 'latin1')
    await answered
    response.writeHead(204)
    response.end()
  })
}).listen(port, '127.0.0.1')
