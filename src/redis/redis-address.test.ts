import { describe, expect, test } from 'vitest'
import { isRedisAddress, parseRedisAddress } from './redis-address.js'

const read = (text: string) => parseRedisAddress(text, 'store')

describe('parseRedisAddress', () => {
  test.each([
    ['redis://localhost', 'single', [['localhost', 6379]], false, 0],
    ['redis://10.0.0.1:7000/3', 'single', [['10.0.0.1', 7000]], false, 3],
    ['rediss://[::1]:7000', 'single', [['::1', 7000]], true, 0],
    [
      'redis+cluster://a,b:7001',
      'cluster',
      [
        ['a', 6379],
        ['b', 7001],
      ],
      false,
      0,
    ],
    [
      'rediss+sentinel://a,b:1/main/2',
      'sentinel',
      [
        ['a', 26379],
        ['b', 1],
      ],
      true,
      2,
    ],
  ] as const)('%s', (text, kind, hosts, tls, database) => {
    const address = read(text)
    expect(address).toMatchObject({ kind, tls, database, shown: text })
    expect(address.hosts.map(({ host, port }) => [host, port])).toEqual(hosts)
    expect(address.master).toBe(kind === 'sentinel' ? 'main' : undefined)
    expect(isRedisAddress(text)).toBe(true)
  })

  test('reads a login, and never shows it', () => {
    const address = read('redis://me:p%40ss%2Fword:x@host:1/2')
    expect(address).toMatchObject({ username: 'me', password: 'p@ss/word:x', shown: 'redis://host:1/2' })
    const password = read('redis://:secret@host')
    expect(password.password).toBe('secret')
    expect(password.username).toBeUndefined()
  })

  test.each([
    ['http://localhost', 'is no address of a Redis'],
    ['redis://', 'is no address of a Redis'],
    ['redis://:100%@a', 'is no address of a Redis'],
    ['redis://a,b', 'several hosts'],
    ['redis://a:99999', '"a:99999" is no host'],
    ['redis://a/b', '"b" is no database'],
    ['redis+cluster://a/1', 'database 0 alone'],
    ['redis+sentinel://a', 'the name of the master is missing'],
  ])('%s is refused', (text, why) => {
    expect(() => read(text)).toThrow(`store: `)
    expect(() => read(text)).toThrow(why)
    expect(() => read(text)).toThrow('redis://[user:password@]host')
  })

  test.each(['lmdb:/data', '/redis', 'redisx://a'])('%s is none', text => {
    expect(isRedisAddress(text)).toBe(false)
  })
})
