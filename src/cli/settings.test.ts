import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../model/limits.js'
import { settingsMarkdown } from './docs-table.js'
import { environmentSettings, fileSettings, resolveSettings, type WrittenSettings } from './resolve.js'
import { isLoopback, SETTING_NAMES, SETTINGS, settingsOf } from './settings.js'
import { environmentName, writtenName } from './written-name.js'

const none: WrittenSettings = new Map()
const fromFile = (text: string) => resolveSettings([fileSettings(text, 'f.conf')])
const fromEnvironment = (env: Record<string, string>) => resolveSettings([environmentSettings(env, [])])

describe('settings', () => {
  test('defaults', () => {
    const settings = resolveSettings([none])
    expect(settings).toMatchObject({
      host: '127.0.0.1',
      port: 8085,
      dataDir: './hailwhale-data',
      store: { kind: 'lmdb' },
      dedupeWindow: 86_400_000,
      flushInterval: 10_000,
      cacheMemory: 256 * 2 ** 20,
      basePath: '',
      allowOrigin: [],
      open: false,
      limit: DEFAULT_LIMITS,
    })
    expect(settings.retain.map(rule => rule.interval)).toEqual(['10s', '1m', '15m', '1h', '1d'])
    expect(settings.retain.at(-1)!.keepMs).toBe(Number.POSITIVE_INFINITY)
  })

  test('flag before environment before file before default', () => {
    const flag: WrittenSettings = new Map([['port', { where: '--port', texts: ['1'] }]])
    const env = environmentSettings({ HAILWHALE_PORT: '2', HAILWHALE_HOST: '::1', OTHER: 'x' }, [])
    const file = fileSettings(
      'port = 3\nhost = 127.0.0.9\nbase-path = /stats/ # all of it\n\n# end',
      'f.conf',
    )
    expect(resolveSettings([flag, env, file])).toMatchObject({ port: 1, host: '::1', basePath: '/stats' })
  })

  test('a command leaves alone what is another command’s', () => {
    const lines = 'store = lmdb:/counts\nport = 1\nadvertise = http://10.0.0.1:9'
    const sources = [fileSettings(lines, 'f.conf'), environmentSettings({ HAILWHALE_DEMO: 'perhaps' }, [])]
    const whale = resolveSettings(sources, settingsOf('whale'))
    expect(whale).toMatchObject({ port: 1, store: { kind: 'lmdb', directory: '/counts' }, demo: false })
    expect(whale.advertise).toBe('http://10.0.0.1:9')
    const hail = resolveSettings(sources, settingsOf('hail'))
    expect(hail).toMatchObject({ port: 1, store: { kind: 'lmdb' }, advertise: null })
    expect(() => resolveSettings(sources, settingsOf('serve'))).toThrow('HAILWHALE_DEMO')
  })

  test('each setting is some command’s', () => {
    expect(SETTING_NAMES.every(name => SETTINGS[name].commands.length > 0)).toBe(true)
    expect(settingsOf('serve')).not.toContain('queue')
    expect(settingsOf('hail')).not.toContain('store')
    expect(settingsOf('hail')).toContain('queue')
  })

  test('the queue', () => {
    const fromQueue = (text: string) => resolveSettings([fileSettings(text, 'f.conf')], settingsOf('whale'))
    expect(fromQueue('')).toMatchObject({ queue: null, namespace: 'hailwhale', partitions: undefined })
    expect(fromQueue('queue = redis://a:1\npartitions = 16\nqueue-size = 1GiB')).toMatchObject({
      queue: { kind: 'single', hosts: [{ host: 'a', port: 1 }] },
      partitions: 16,
      queueSize: 2 ** 30,
    })
    for (const [text, why] of [
      ['queue = a', 'is no address of a Redis'],
      ['partitions = 0', 'no whole number from 1'],
      ['namespace = a{b}', 'is no name'],
      ['advertise = http://a/b', 'base-path is added'],
      ['store = lmdb:', 'is no store'],
    ] as const)
      expect(() => fromQueue(text)).toThrow(why)
  })

  test('repeatable settings: lines in the file, semicolons in the environment', () => {
    const lines =
      'allow-origin = https://a.example\nallow-origin = https://b.example:8443/\nretain-key = ["a","b"]=1d:forever'
    const inFile = fromFile(lines)
    expect(inFile.allowOrigin).toEqual(['https://a.example', 'https://b.example:8443'])
    expect(inFile.retainKey[0]).toMatchObject({ key: ['a', 'b'], retention: [{ interval: '1d' }] })
    const inEnvironment = fromEnvironment({ HAILWHALE_RETAIN_KEY: 'a=1m:8d;b=1h:2d,1d:forever' })
    expect(inEnvironment.retainKey.map(({ key }) => key)).toEqual([['a'], ['b']])
  })

  test('limits', () => {
    expect(fromFile('limit = body=4MiB\nlimit = children-per-parent=20000').limit).toEqual({
      ...DEFAULT_LIMITS,
      bodyBytes: 4 * 2 ** 20,
      childrenPerParent: 20_000,
    })
  })

  test.each([
    ['prot = 1', "f.conf line 1: there is no setting 'prot': did you mean port?"],
    ['port 1', 'f.conf line 1: write name = value'],
    ['\nport = 99999', "f.conf line 2: '99999' is no whole number from 0 to 65535"],
    ['port = 1\nport = 2', 'f.conf line 2: port is already set (f.conf line 1)'],
    ['flush-interval = 10', "'10' is no duration"],
    ['flush-interval = 1ms', 'at least 100ms'],
    ['cache-memory = 256 apples', 'is no size'],
    ['cache-memory = 1MiB', 'at least 16MiB'],
    ['retain = 1w:8w', 'built from 1d'],
    ['retain = 1m:8d,1m:9d', '1m is there twice'],
    ['retain = 1m', 'as in 1m:8d'],
    ['retain = 1h:5m', 'less than one bucket'],
    ['retain-key = 1m:8d', 'KEY=RETENTION'],
    ['open = perhaps', 'neither true nor false'],
    ['limit = bodies=1MiB', 'did you mean body?'],
    ['limit = depth=99', 'from 1 to 16'],
    ['allow-origin = example.com', 'is no origin'],
    ['log-level = loud', 'is none of'],
  ])('refused: %s', (line, message) => {
    expect(() => fromFile(line)).toThrow(message)
  })

  test('an unknown environment variable is refused, one that Kubernetes makes is not', () => {
    expect(() => fromEnvironment({ HAILWHALE_PROT: '1' })).toThrow('did you mean HAILWHALE_PORT?')
    const links = {
      HAILWHALE_PORT: 'tcp://10.0.0.7:8085',
      HAILWHALE_SERVICE_HOST: '10.0.0.7',
      HAILWHALE_PORT_8085_TCP: 'x',
    }
    expect(fromEnvironment(links).port).toBe(8085)
  })

  test('names', () => {
    expect(writtenName('allowGetReset')).toBe('allow-get-reset')
    expect(environmentName('dataDir')).toBe('HAILWHALE_DATA_DIR')
    expect(['127.0.0.1', '::1', 'localhost', '127.9.9.9'].every(isLoopback)).toBe(true)
    expect(['0.0.0.0', '::', '10.0.0.1', 'example.com', '1270.0.0.1'].some(isLoopback)).toBe(false)
  })

  test('each default can be written as it stands in the docs', () => {
    for (const name of SETTING_NAMES) {
      const { default: byDefault, parse, repeatable } = SETTINGS[name]
      if (!repeatable) expect(parse([byDefault])).toEqual(parse([]))
    }
  })

  test('docs/settings.md is the table (npm run docs writes it)', () => {
    const written = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8')
    expect(written).toBe(settingsMarkdown())
  })
})
