import { expect, test } from 'vitest'
import { ERRORS } from '../../../src/model/errors.js'
import { remedyOf } from './remedy.js'

const SERVER = 'http://127.0.0.1:8085/stats/'
const refused = (code: string, detail = '', url = '/stats/count', method = 'GET') =>
  remedyOf({ at: '', status: 400, code, detail, url, method }, SERVER)

test('a misspelled parameter: the same address with the one that was meant', () => {
  const detail = 'dimensoin: there is no such parameter: did you mean dimension?'
  const { line } = refused('unknown_parameter', detail, "/stats/count?dimensoin=it's&x=dimensoin")
  expect(line).toBe("curl -g 'http://127.0.0.1:8085/stats/count?dimension=it%27s&x=dimensoin'")
})

test('where nothing can be guessed, a line that is right', () => {
  const example = `curl -g '${SERVER}count?key=store&dimensions={"sales":"p1"}&metrics={"dollars":500}'`
  expect(refused('unknown_parameter', 'x.y: did you mean z?').line).toBe(example)
  expect(refused('invalid_event', '', '/stats/count', 'POST').line).toMatch(
    /^curl -d '\[\{"key".*\}\]' http.*\/count$/,
  )
  expect(refused('queue_full').line).toBe('')
})

test('every code that a refusal can have is explained', () => {
  const unexplained = Object.keys(ERRORS).filter(code => refused(code).words.startsWith('The address and'))
  expect(unexplained).toEqual(['not_kept', 'too_many_points', 'changed_meanwhile'])
})
