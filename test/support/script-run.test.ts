/** The runner of the scripts must fail where a script is not fulfilled: otherwise all of them prove nothing. */
import { expect, test } from 'vitest'
import { runScript, SCRIPT_MODES } from './script-run.js'

const LOADED = 'count key=k dimension=a metric={"n":5}\nask /totals?key=k&metrics=n&period=hour\n'

test.each([
  ['a whole answer', `${LOADED}  {"hour":{"_":{"n":6}}}`],
  ['a value', `${LOADED}  .hour._.n = 6`],
  ['a value that is not there', `${LOADED}  .hour.a.n = 5`],
  ['a value that should not be there', `${LOADED}  .hour._.n = absent`],
  ['text', `${LOADED}  | 6`],
  ['a refusal', `${LOADED}  400 invalid_parameter`],
  ['no expectation', LOADED],
  ['a count that is refused', 'count kex=k'],
  ['a wrong answer', 'ask /graph?peroid=x\n  .series = []'],
  ['a wrong code', 'ask /graph?period=x\n  400 not_kept'],
  ['a wrong field', 'ask /graph?period=x\n  400 invalid_parameter from'],
  ['points', 'ask /plotpoints?period=1h:2h\n  points _ hits 1h 2026-03-01T11:00Z: 0 1'],
  ['times of points', 'ask /plotpoints?period=1h:2h\n  points _ hits 1h 2026-03-01T10:00Z: 0 0'],
  ['a statement that is none', 'aks /graph'],
])('fails for %s', async (_, script) => {
  await expect(runScript(script, SCRIPT_MODES[0]!)).rejects.toThrow(/line \d/)
})

test('and passes where it is fulfilled', async () => {
  await runScript(`${LOADED}  {"hour":{"_":{"n":5}}}\n  .hour._.n = 5`, SCRIPT_MODES[0]!)
})
