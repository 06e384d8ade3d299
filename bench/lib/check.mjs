/** Whether what was counted is what was sent, to the cent: a server that is fast and wrong fails the bench. */

const DAY_S = 86_400

/** The asked range: the whole UTC days that hold the workload. */
export function wholeDays({ startS, hours }) {
  const fromS = Math.floor(startS / DAY_S) * DAY_S
  return { fromS, untilS: (Math.floor((startS + hours * 3600 - 1) / DAY_S) + 1) * DAY_S }
}

/**
 * Compares HailWhale's totals of the root, the channels and the countries with the workload's, and the root's sums in
 * every kept interval. Throws an `Error` that names the first difference.
 * @param {import('./servers.mjs').Server} server
 * @param {{ hits: number, cents: number, channel: object, country: object }} expected
 */
export async function checkTotals(server, expected, range, repeat = 1) {
  const { fromS, untilS } = wholeDays(range)
  const time = `from=${fromS}&to=${untilS}`
  const all = async (what, interval) => {
    const answer = await server.json(
      `/totals?key=store&${what}&metrics=hits,dollars&${time}&interval=${interval}&limit=1000`,
    )
    return Object.values(answer)[0]
  }
  compare('the root', (await all('dimensions=_', '1d'))._, expected, repeat)
  for (const parent of ['channel', 'country']) {
    const found = await all(`by=${parent}`, '1d')
    const names = Object.keys(expected[parent])
    if (Object.keys(found).length !== names.length)
      throw new Error(`${parent} has ${Object.keys(found).length} children, not ${names.length}`)
    for (const name of names)
      compare(`${parent} ${name}`, found[JSON.stringify([parent, name])], expected[parent][name], repeat)
  }
  for (const interval of ['1m', '1h', '1d']) {
    const { _: root } = await server.json(
      `/plotpoints?key=store&metrics=hits,dollars&${time}&interval=${interval}`,
    )
    const sum = metric => root[metric].reduce((total, [, value]) => total + value, 0)
    compare(`the ${interval} buckets`, { hits: sum('hits'), dollars: sum('dollars') }, expected, repeat)
  }
}

function compare(what, found, expected, repeat) {
  const hits = expected.hits * repeat
  const cents = expected.cents * repeat
  if (found?.hits === hits && Math.round(found.dollars * 100) === cents) return
  throw new Error(
    `WRONG: ${what} should be ${hits} hits, ${cents / 100} dollars; it is ${JSON.stringify(found)}`,
  )
}

/** Compares what the ceiling prints at its end: its events, and the root's sums where the workload lies in one day. */
export function checkCeiling(output, expected, range) {
  const { events, rootDayHits, rootDayDollars } = JSON.parse(output.trim().split('\n').at(-1))
  if (events !== expected.hits) throw new Error(`WRONG: the ceiling counted ${events} of ${expected.hits}`)
  const { fromS, untilS } = wholeDays(range)
  if (untilS - fromS > DAY_S) return
  if (rootDayHits !== expected.hits || Math.round(rootDayDollars * 100) !== expected.cents)
    throw new Error(`WRONG: the ceiling has ${rootDayHits} hits, ${rootDayDollars} dollars`)
}
