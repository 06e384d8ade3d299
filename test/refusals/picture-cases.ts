/** Wrong questions for pictures: what they don't share with `/graph`. (Sent as programs do: an image tag would get a picture.) */
import { type Refusal, refusedGet } from './refusal.js'

const GRAPHS = ['/graph.svg', '/graph.png'] as const
const ALL = [...GRAPHS, '/number.svg'] as const

/** What every picture refuses: query, the field that is wrong, and what is said of it. */
const WRONG: readonly [string, string, string?][] = [
  ['theme=drak', 'theme', 'did you mean dark?'],
  ['theme=Dark', 'theme'],
  ['number=euro', 'number', 'a currency like EUR'],
  ['number=eur', 'number'],
  ['number=unit:furlong', 'number'],
  ['number=percent:10', 'number'],
  ['number=__proto__', 'number'],
  ['locale=xx', 'locale'],
  ['locale=de_DE', 'locale'],
  ['locale=not%20a%20language', 'locale'],
  ['locale=en,de', 'locale'],
  ['compare=1', 'compare', 'as 1w'],
  ['compare=yes', 'compare'],
  ['compare=0d', 'compare'],
  ['compare=201y', 'compare'],
  ['compare=-1d', 'compare'],
  ['compare=1d&metrics=previous(hits,1w)', 'compare', 'previous'],
  ['metrics=a,b', 'metrics', 'one metric'],
]

const WRONG_GRAPHS: readonly [string, string, string?][] = [
  ['type=lines', 'type', 'did you mean line?'],
  ['type=constructor', 'type'],
  ...['199', '4001', '-1', '1e3', '800px', '50%25'].map(
    width => [`width=${width}`, 'width'] as [string, string],
  ),
  ...['159', '4001', 'auto'].map(height => [`height=${height}`, 'height'] as [string, string]),
  ['legend=left', 'legend', 'below, none'],
  ['limit=101', 'limit', '100'],
  ['format=csv', 'format', 'number=EUR'],
  ['format=EUR', 'format', 'number=EUR'],
]

/** All of them. */
export const PICTURE_REFUSALS: readonly Refusal[] = [
  ...ALL.flatMap(path =>
    WRONG.map(([query, field, says]) => refusedGet(`${path}?${query}`, 'invalid_parameter', field, says)),
  ),
  ...GRAPHS.flatMap(path =>
    WRONG_GRAPHS.map(([query, field, says]) =>
      refusedGet(`${path}?${query}`, 'invalid_parameter', field, says),
    ),
  ),
  ...['0', '5', '1.5', '2x'].map(scale =>
    refusedGet(`/graph.png?scale=${scale}`, 'invalid_parameter', 'scale'),
  ),
  refusedGet('/graph.png?theme=auto', 'invalid_parameter', 'theme', 'light, dark'),
  refusedGet('/graph.png?width=4000&height=4000', 'invalid_parameter', 'scale', '16000000'),
  refusedGet('/graph.svg?scale=2', 'unknown_parameter', 'scale'),
  ...['by=a', 'depth=1', 'limit=5', 'sort=name', 'threshold=0', 'width=100', 'format=json'].map(query =>
    refusedGet(`/number.svg?${query}`, 'unknown_parameter', query.split('=')[0]!),
  ),
  refusedGet('/number.svg?lable=x', 'unknown_parameter', 'lable', 'did you mean label?'),
  refusedGet('/number.svg?good=left', 'invalid_parameter', 'good', 'up, down'),
  ...['reddish', '12345', 'ggg', '%23', 'd55e001', 'url(x)'].map(colour =>
    refusedGet(`/number.svg?colour=${colour}`, 'invalid_parameter', 'colour', 'd55e00'),
  ),
  refusedGet('/number.svg?colour=fff&color=fff', 'invalid_parameter', 'color'),
  refusedGet('/number.svg?dimensions=[["a"],["b"]]', 'invalid_parameter', 'dimensions'),
  refusedGet('/number.svg?period=10s:7h', 'not_kept'),
  refusedGet('/number.svg?from=1970-01-01&interval=10s', 'too_many_points'),
  // What it is compared with is kept no longer.
  refusedGet('/graph.svg?period=1m:6d&compare=true', 'not_kept'),
]
