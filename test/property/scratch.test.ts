import { test } from 'vitest'
import { ServerHarness } from '../support/server-harness.js'
import { live, type Operation } from '../support/server-life.js'
import type { EventStyle } from '../support/made-events.js'
const FEW: EventStyle = {
  keys: [['_'], ['site'], ['site', 'blog'], ['site', 'shop'], ['site', 'blog', 'x'], ['site', '…']],
  names: ['a', 'b', 'c', 'd', 'é', '…', 'f', 'g'],
  mostPaths: 1,
  latestMs: 2 * 86400000,
}
const case1 = [{"kind":"update","seed":1766031366},{"kind":"count","seed":1147719305,"requests":4},{"kind":"pass","ms":1000},{"kind":"pass","ms":900000},{"kind":"halfway","cells":129},{"kind":"count","seed":700356780,"requests":3},{"kind":"count","seed":266956219,"requests":5},{"kind":"count","seed":188438592,"requests":2},{"kind":"let go"},{"kind":"pass","ms":3888000000},{"kind":"reopen"},{"kind":"ask","seed":21379755},{"kind":"count","seed":1556293333,"requests":4},{"kind":"count","seed":906986260,"requests":4},{"kind":"ask","seed":865511087},{"kind":"count","seed":2045679349,"requests":2}]
const case2 = [{"kind":"crash"},{"kind":"pass","ms":59000},{"kind":"count","seed":1146113874,"requests":2},{"kind":"count","seed":1313304035,"requests":1},{"kind":"crash"},{"kind":"halfway","cells":151},{"kind":"ask","seed":2137164569},{"kind":"ask","seed":2124312550},{"kind":"halfway","cells":191},{"kind":"reopen"},{"kind":"count","seed":2063999458,"requests":4},{"kind":"update","seed":596136389},{"kind":"pass","ms":3888000000},{"kind":"halfway","cells":243},{"kind":"crash"},{"kind":"count","seed":1637328722,"requests":5},{"kind":"update","seed":829095422}]
async function run(options: object, list: unknown[]) {
  const harness = await ServerHarness.start({ nowMs: Date.UTC(2026, 2, 28, 22, 10, 7, 91), ...options })
  try { await live(harness, FEW, list as Operation[]) } finally { await harness.stop() }
}
test('case1', () => run({ childrenPerParent: 3 }, case1))
test('case2', () => run({ childrenPerParent: 4, inMemory: true, cacheMemoryBytes: 100_000 }, case2))
