import { expect, test } from 'vitest'
import { takeToken } from './token-in-url.js'

function taken(url: string, authorization?: string) {
  const request = { url, headers: authorization === undefined ? {} : { authorization } }
  takeToken(request)
  return [request.url, request.headers.authorization]
}

test.each([
  ['/count', '/count', undefined],
  ['/count?key=a', '/count?key=a', undefined],
  ['/count?token=x', '/count', 'Bearer x'],
  ['/count?token=x&key=a', '/count?key=a', 'Bearer x'],
  ['/count?key=a&token=x', '/count?key=a', 'Bearer x'],
  ['/count?key=a&token=x&id=b', '/count?key=a&id=b', 'Bearer x'],
  ['/count?token=x&token=y', '/count', 'Bearer y'],
  ['/count?token=', '/count', undefined],
  ['/count?token=%61+b', '/count', 'Bearer a+b'],
  ['/count?token=%', '/count', 'Bearer %'],
  ['/count?key=a#token=x', '/count?key=a#token=x', undefined],
  ['/count?token=x#here', '/count', 'Bearer x'],
  ['/count?mytoken=x', '/count?mytoken=x', undefined],
  ['/count?key=token=x', '/count?key=token=x', undefined],
  ['/token=x', '/token=x', undefined],
  ['/token=x?token=y', '/token=x', 'Bearer y'],
])('%s → %s, %s', (url, rest, header) => {
  expect(taken(url)).toEqual([rest, header])
})

test('the one in the URL takes the place of a header, also of a proxy’s own', () => {
  expect(taken('/count?token=x', 'Basic abc')).toEqual(['/count', 'Bearer x'])
  expect(taken('/count?key=a', 'Bearer y')).toEqual(['/count?key=a', 'Bearer y'])
})
