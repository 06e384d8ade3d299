/** What each parameter means, once, for the documentation of every route that knows it. */

/** A sentence about a parameter, and an example of its text. */
export interface ParameterDoc {
  readonly description: string
  readonly example: string
}

/** By the parameter's canonical name. */
export const PARAMETER_DOCS: Readonly<Record<string, ParameterDoc>> = {
  key: {
    description:
      'What is counted: a name, or a path as a JSON array; every prefix of the path is counted too. Default `_`.',
    example: 'store',
  },
  dimensions: {
    description:
      'Properties of the event: a name, a JSON array (one path), an array of arrays (several paths) or nested objects. Default: the root, `_`.',
    example: '["sales","p1"]',
  },
  metrics: {
    description:
      'When counting: a name, an array of names (1 each) or an object of numbers; `hits: 1` is added. When asking: names or expressions, separated by commas. Default `hits`.',
    example: 'dollars/hits',
  },
  at: {
    description:
      'When it happened: epoch seconds, epoch milliseconds or ISO 8601 with an offset. Default: now.',
    example: '2026-03-01T12:00:00Z',
  },
  id: {
    description: 'The same id of the same key is counted once within the dedupe window; at most 128 bytes.',
    example: 'order-4711',
  },
  partial: { description: 'Count the good events even if others are wrong.', example: 'true' },
  period: {
    description:
      'An interval and a length (`1m:1h`), a named period (`today`), `MM/DD/YYYY-MM/DD/YYYY` or two numbers of seconds (`3600x86400`). Default `1h:1d`.',
    example: '1m:1h',
  },
  from: { description: 'Start of the time asked for, widened to whole buckets.', example: '2026-03-01' },
  to: { description: 'End of the time asked for, not included. Default: now.', example: '2026-03-02' },
  interval: {
    description:
      'Width of a bucket for `from` and `to`: 10s, 1m, 15m, 1h, 1d, 1w, 1mo or 1y. Default: chosen.',
    example: '1h',
  },
  tz: {
    description: 'Time zone of buckets of an hour and wider: an IANA name or an offset. Default UTC.',
    example: 'Europe/Berlin',
  },
  tzoffset: { description: 'Hours ahead of UTC, another way to say `tz`.', example: '-7' },
  by: { description: 'The children of this path.', example: 'country' },
  depth: { description: 'Levels below the dimension.', example: '1' },
  limit: { description: 'At most so many.', example: '10' },
  sort: {
    description: 'A metric or `name`, with a minus for the largest first. Default: the first metric.',
    example: '-dollars',
  },
  threshold: {
    description: 'Children with a smaller share are not shown, 0 to 1. Default 0.1.',
    example: '0.05',
  },
  format: { description: '`json` (the default), `csv` or `rows`.', example: 'csv' },
  prefix: { description: 'Only names that start with this.', example: 'pro' },
  after: {
    description: 'Only names after this one: the last name of the page before.',
    example: 'product-99',
  },
  name: {
    description: 'Of a board: 1 to 128 bytes, the text itself.',
    example: 'Shop',
  },
  type: { description: '`line` (the default), `area`, `stacked`, `share` or `bars`.', example: 'bars' },
  width: { description: 'Of a picture: 200 to 4000 pixels. Default 800.', example: '600' },
  height: {
    description:
      'Of a picture: 160 to 4000 pixels; the lines that there is no room for are counted below the table. Default: as many as it needs.',
    example: '400',
  },
  scale: {
    description: 'Pixels of a PNG for one of its width and height: 1 to 4. Default 2, for dense screens.',
    example: '1',
  },
  theme: {
    description:
      '`light`, `dark`, or (SVG alone, and there the default) `auto`: as the reader’s system is set. Default of a PNG: `light`.',
    example: 'dark',
  },
  caption: {
    description: 'What stands above the figure. Default: the key and the dimension.',
    example: 'Sales',
  },
  label: { description: 'What stands in front of the number. Default: the metric.', example: 'downloads' },
  number: {
    description:
      'How numbers are written: `number`, `percent`, `compact`, `bytes`, a currency (`EUR`) or a unit (`unit:kilometer-per-hour`); `:1` behind it says how many decimals.',
    example: 'EUR:0',
  },
  locale: { description: 'The language of numbers and dates. Default `en`.', example: 'de' },
  compare: {
    description:
      '`true`: compared with the period before; a length of time: with the same buckets so much earlier.',
    example: '1w',
  },
  legend: {
    description: '`below` (the default), or `none`: without the table of the lines.',
    example: 'none',
  },
  good: { description: 'Which way is good news: `up` (the default) or `down`.', example: 'down' },
  colour: {
    description:
      'The ground of the number: `accent` (the default), `ink`, `good`, `bad`, `other`, or any as `rrggbb`.',
    example: 'd55e00',
  },
  graphs: {
    description: 'Several graphs in one stream: a JSON array of objects with the parameters of `/graph`.',
    example: '[{"key":"store","metrics":"dollars"}]',
  },
}
