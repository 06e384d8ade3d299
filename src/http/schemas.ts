/**
 * The documentation of the routes, as `/openapi.json` shows it. Parameters come from the same lists that the routes read them
 * with, so that neither knows one that the other doesn't. Nothing is validated by these schemas.
 */
import { type TObject, type TSchema, Type } from '@sinclair/typebox'
import { EVENT_PARAMETERS, type ParameterSpec } from '../intake/parameters.js'
import { ERRORS } from '../model/errors.js'
import {
  DIMENSIONS_PARAMETERS,
  GRAPH_PARAMETERS,
  KEYS_PARAMETERS,
  METRIC_NAMES_PARAMETERS,
  PLOTPOINTS_PARAMETERS,
  RANK_PARAMETERS,
  STREAM_PARAMETERS,
  TOTALS_PARAMETERS,
} from '../query/parameters.js'
import { RESET_FIELDS, UPDATE_FIELDS } from './changing.js'
import { FEDERATE_PARAMETERS } from './federate.js'
import { PARAMETER_DOCS } from './parameter-docs.js'
import { NUMBER_PARAMETERS, PICTURE_PARAMETERS, PNG_PARAMETERS } from './picture-fields.js'
import { PROBLEM_TYPE } from './problem.js'

const FieldErrors = Type.Array(
  Type.Object({
    field: Type.String({ description: 'The wrong field, as it was written.' }),
    index: Type.Optional(Type.Integer({ description: 'The event of the request, from 0.' })),
    message: Type.String({ description: 'What is wrong and what would be right.' }),
  }),
)

/** An error answer. */
export const ProblemSchema = Type.Object({
  type: Type.String({ examples: ['urn:hailwhale:error:invalid_parameter'] }),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.Union(
    Object.keys(ERRORS).map(code => Type.Literal(code)),
    { description: 'Never changes its meaning.' },
  ),
  detail: Type.String({ description: 'A sentence for people.' }),
  errors: FieldErrors,
})

const EventSchema = Type.Object(
  {
    key: Type.Optional(Type.Unknown({ description: PARAMETER_DOCS.key!.description })),
    dimensions: Type.Optional(Type.Unknown({ description: PARAMETER_DOCS.dimensions!.description })),
    metrics: Type.Optional(Type.Unknown({ description: PARAMETER_DOCS.metrics!.description })),
    at: Type.Optional(Type.Unknown({ description: PARAMETER_DOCS.at!.description })),
    id: Type.Optional(Type.String({ description: PARAMETER_DOCS.id!.description })),
  },
  { examples: [{ key: 'store', dimensions: { sales: 'p1' }, metrics: { dollars: 500 } }] },
)

const OutcomeSchema = Type.Object({
  counted: Type.Integer({ description: 'Events counted now.' }),
  duplicates: Type.Integer({ description: 'Events that had been counted before under the same id.' }),
  overflowed: Type.Optional(Type.Integer({ description: 'Events counted under an overflow child.' })),
  wrong: Type.Optional(Type.Integer({ description: 'With `partial`: events that were left out.' })),
  errors: Type.Optional(FieldErrors),
})

const QueuedSchema = Type.Object({
  queued: Type.Integer({ description: 'Events that will be counted, less those that turn out duplicates.' }),
  wrong: Type.Optional(Type.Integer({ description: 'With `partial`: events that were left out.' })),
  errors: Type.Optional(FieldErrors),
})

const Points = Type.Record(Type.String(), Type.Array(Type.Number()))
const Totals = Type.Record(Type.String(), Type.Number())
const Values = { total: Totals, points: Points }

const GraphSchema = Type.Object({
  key: Type.Array(Type.String()),
  dimension: Type.Array(Type.String()),
  from: Type.Integer(),
  to: Type.Integer(),
  interval: Type.String(),
  tz: Type.String(),
  metrics: Type.Array(Type.String()),
  times: Type.Array(Type.Integer(), { description: 'Start of each bucket, epoch milliseconds.' }),
  overall: Type.Object(Values),
  series: Type.Array(
    Type.Object({
      dimension: Type.Array(Type.String()),
      name: Type.String(),
      share: Type.Number(),
      ...Values,
    }),
  ),
  other: Type.Union([Type.Object({ children: Type.Integer(), ...Values }), Type.Null()]),
  unattributed: Type.Union([Type.Object(Values), Type.Null()]),
  children: Type.Integer(),
})

const PlotpointsSchema = Type.Record(
  Type.String(),
  Type.Record(Type.String(), Type.Array(Type.Tuple([Type.Integer(), Type.Number()]))),
)
const TotalsSchema = Type.Record(Type.String(), Type.Record(Type.String(), Totals))

/** The parameters of a URL, as a schema: the ones that its route reads. */
export function parametersSchema(specs: readonly ParameterSpec[]): TObject {
  const properties = specs.map(({ name, aliases }) => {
    const { description, example } = PARAMETER_DOCS[name]!
    const also = aliases?.length ? ` Also: ${aliases.map(alias => `\`${alias}\``).join(', ')}.` : ''
    return [
      name,
      Type.Optional(Type.String({ description: description + also, examples: [example] })),
    ] as const
  })
  return Type.Object(Object.fromEntries(properties))
}

/** The error answers of every route. */
export function problems() {
  const content = { [PROBLEM_TYPE]: { schema: ProblemSchema } }
  return {
    '4xx': { description: 'The request is wrong; nothing of it was done.', content },
    503: { description: 'Not right now: send it again, after `Retry-After` seconds.', content },
  }
}

/** A JSON answer. */
export function json(description: string, schema: TSchema) {
  return { 200: { description, content: { 'application/json': { schema } } }, ...problems() }
}

function text(description: string, type = 'text/plain') {
  return { 200: { description, content: { [type]: { schema: Type.String() } } }, ...problems() }
}

function counting(summary: string, response: object, specs: readonly ParameterSpec[] = EVENT_PARAMETERS) {
  return { summary, tags: ['counting'], querystring: parametersSchema(specs), response }
}

/** A route that answers with JSON. */
export function asking(summary: string, specs: readonly ParameterSpec[], schema: TSchema) {
  return { summary, tags: ['asking'], querystring: parametersSchema(specs), response: json(summary, schema) }
}

function fieldsBody(specs: readonly ParameterSpec[]) {
  return { content: { 'application/json': { schema: parametersSchema(specs) } } }
}

const eventBody = {
  content: {
    'application/json': { schema: Type.Union([EventSchema, Type.Array(EventSchema)]) },
    'application/x-ndjson': { schema: Type.String({ description: 'One event a line.' }) },
    'text/plain': { schema: Type.String({ description: 'JSON or NDJSON, as sendBeacon sends it.' }) },
    'application/x-www-form-urlencoded': { schema: parametersSchema(EVENT_PARAMETERS) },
  },
}

/** The counting routes. */
export const countDocs = {
  get: counting('Count one event', {
    ...text('`OK`: counted.'),
    202: {
      description: 'Of a hail, `QUEUED`: it will be counted.',
      content: { 'text/plain': { schema: Type.String() } },
    },
  }),
  pixel: counting('Count one event, answered with an image', text('A transparent pixel.', 'image/gif')),
  post: {
    ...counting(
      'Count events',
      {
        ...json('How many were counted.', OutcomeSchema),
        202: {
          description: 'Of a hail: how many will be counted.',
          content: { 'application/json': { schema: QueuedSchema } },
        },
      },
      [{ name: 'partial' }],
    ),
    body: eventBody,
  },
  updateGet: counting('Bring a bucket to a value', text('`OK`'), UPDATE_FIELDS),
  updatePost: {
    ...counting('Bring a bucket to a value', text('`OK`'), []),
    body: fieldsBody(UPDATE_FIELDS),
  },
  resetGet: counting('Take counts away', text('`OK`'), RESET_FIELDS),
  resetPost: { ...counting('Take counts away', text('`OK`'), RESET_FIELDS), body: fieldsBody(RESET_FIELDS) },
  flush: counting('Wait until what a hail had queued is counted', text('`OK`'), []),
} as const

const Names = Type.Array(Type.Unknown())
const Page = Type.Object({ next: Type.Union([Type.String(), Type.Null()]) }, { additionalProperties: true })
const Ranking = Type.Array(
  Type.Object({
    dimension: Type.Array(Type.String()),
    value: Type.Number(),
    count: Type.Number(),
    score: Type.Number(),
    difference: Type.Number(),
    effect: Type.Number(),
    important: Type.Boolean(),
  }),
  {
    description:
      'The header `hailwhale-complete: false` says that the tree was too large to be looked at whole.',
  },
)

const StreamBody = Type.Object({
  graphs: Type.Array(parametersSchema(GRAPH_PARAMETERS), {
    description: 'The graphs, each with the parameters of `/graph`, as text or JSON.',
  }),
  since: Type.Optional(
    Type.String({ description: 'The id of the last event that was received: what is the same is not sent.' }),
  ),
  whole: Type.Optional(
    Type.Array(Type.Integer(), { description: 'Indexes of graphs to be sent whatever `since` says.' }),
  ),
})

/** The parameters of `/recent`. */
export const RECENT_PARAMETERS: readonly ParameterSpec[] = [
  { name: 'key', aliases: ['pk', 'category'] },
  { name: 'format' },
]

/** The asking routes. */
export const askDocs = {
  plotpoints: asking(
    'Points for Flot: dimension → metric → [ms, value]',
    PLOTPOINTS_PARAMETERS,
    PlotpointsSchema,
  ),
  totals: asking('Totals: period → dimension → metric', TOTALS_PARAMETERS, TotalsSchema),
  graph: asking('What a graph needs, column by column', GRAPH_PARAMETERS, GraphSchema),
  rank: asking('Which subdimensions matter', RANK_PARAMETERS, Ranking),
  keys: asking('The keys', KEYS_PARAMETERS, Page),
  dimensions: asking('The children of a dimension', DIMENSIONS_PARAMETERS, Page),
  metricNames: asking('The metrics of a key', METRIC_NAMES_PARAMETERS, Page),
  recent: asking(
    'The last events of a key and the last refused requests',
    RECENT_PARAMETERS,
    Type.Object({ events: Names, refused: Names }),
  ),
  stream: {
    ...asking('Graphs that stay up to date, as server-sent events', STREAM_PARAMETERS, Type.String()),
    response: text('Events `graph`, `change` and `error`.', 'text/event-stream'),
  },
  streamPost: {
    summary: 'Graphs that stay up to date, for a whole page',
    tags: ['asking'],
    body: { content: { 'application/json': { schema: StreamBody }, 'text/plain': { schema: StreamBody } } },
    response: text('Events `graph`, `change` and `error`.', 'text/event-stream'),
  },
} as const

function picture(summary: string, specs: readonly ParameterSpec[], type: string) {
  const { 200: image, ...others } = text('The picture.', type)
  const refusal = { description: 'Why there is none: as a picture, where `Accept` is that of an image tag.' }
  const content = { ...others['4xx'].content, ...image.content }
  const response = { ...others, 200: image, '4xx': { ...refusal, content } }
  return { summary, tags: ['asking'], querystring: parametersSchema(specs), response }
}

/** The pictures. */
export const pictureDocs = {
  graphSvg: picture('A graph as a picture', PICTURE_PARAMETERS, 'image/svg+xml'),
  graphPng: picture('A graph as a picture of pixels', PNG_PARAMETERS, 'image/png'),
  numberSvg: picture('A number as a badge', NUMBER_PARAMETERS, 'image/svg+xml'),
} as const

/** The routes around. */
export const aroundDocs = {
  healthz: { summary: 'Is it alive', tags: ['around'], response: text('`OK`') },
  readyz: {
    summary: 'Is it ready, and what does an acknowledged event survive',
    tags: ['around'],
    response: json('What it says of itself.', Type.Object({ ready: Type.Boolean(), detail: Type.String() })),
  },
  metrics: {
    summary: 'The server’s own numbers, as Prometheus text',
    tags: ['around'],
    response: text('Metrics'),
  },
  federate: {
    summary: 'Counts as Prometheus text',
    tags: ['around'],
    querystring: parametersSchema(FEDERATE_PARAMETERS),
    response: text('Metrics'),
  },
} as const
