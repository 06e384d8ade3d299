/** The documentation of `/state` and `/room`, as `/openapi.json` shows it. */
import { Type } from '@sinclair/typebox'
import type { ParameterSpec } from '../intake/parameters.js'
import { asking, json } from './schemas.js'

/** The parameters of `/room`. */
export const ROOM_PARAMETERS: readonly ParameterSpec[] = [
  { name: 'key', aliases: ['pk', 'category'] },
  { name: 'dimensions', aliases: ['dimension'] },
  { name: 'limit' },
]

const Count = Type.Integer()
const Bytes = Type.Integer({ description: 'Bytes.' })
const Time = Type.Integer({ description: 'Epoch milliseconds.' })
const PerSecond = Type.Array(Type.Integer(), { description: 'The last 60 seconds, the oldest first.' })

const StateSchema = Type.Object({
  version: Type.String(),
  started: Time,
  now: Time,
  ready: Type.Boolean(),
  detail: Type.String({ description: 'For people.' }),
  durability: Type.String({ description: 'What an acknowledged event survives.' }),
  rates: Type.Object({
    until: Time,
    events: PerSecond,
    duplicates: PerSecond,
    requests: PerSecond,
    refused: PerSecond,
  }),
  journal: Type.Object({
    kind: Type.String(),
    sequence: Type.Integer({ description: 'The last record that is counted.' }),
    flushed: Type.Integer({ description: 'The last record that the store holds.' }),
    bytes: Bytes,
    segments: Count,
  }),
  store: Type.Object({
    kind: Type.String(),
    bytes: Type.Union([Bytes, Type.Null()], { description: 'Null where it can’t be told.' }),
  }),
  memory: Type.Object({
    rss: Bytes,
    heap: Bytes,
    rollup: Type.Integer({ description: 'Of these: names, and counts that wait for the store.' }),
  }),
  partitions: Type.Array(
    Type.Object({
      partition: Type.Integer(),
      owner: Type.Union([Type.String(), Type.Null()], { description: 'Null: this server.' }),
      through: Type.Integer({ description: 'The last record that is counted.' }),
      flushedThrough: Type.Integer({ description: 'The last record that the store holds.' }),
      events: Type.Integer({ description: 'Events rolled up since the start, those read back included.' }),
    }),
  ),
  streams: Type.Object({
    readers: Type.Integer({ description: 'Open connections.' }),
    topics: Type.Integer({ description: 'Different graphs that are kept up to date.' }),
  }),
})

const Room = {
  series: Type.Integer({ description: 'Keys and dimensions.' }),
  rows: Type.Integer(),
  bytes: Type.Integer({ description: 'Of rows and names, without what the store’s engine adds.' }),
}

const RoomSchema = Type.Object({
  key: Type.Array(Type.String()),
  dimension: Type.Array(Type.String()),
  total: Type.Object(Room, { description: 'It and all below it.' }),
  children: Type.Array(
    Type.Object({
      kind: Type.Union([Type.Literal('key'), Type.Literal('dimension')]),
      name: Type.String(),
      overflow: Type.Optional(Type.Literal(true)),
      ...Room,
    }),
    { description: 'The largest first.' },
  ),
  complete: Type.Boolean({ description: 'False: too much to look at all; all takes at least so much.' }),
})

/** The routes. */
export const stateDocs = {
  state: {
    summary: 'How the server itself is doing',
    tags: ['around'],
    response: json('Its own numbers.', StateSchema),
  },
  room: { ...asking('What takes the room in the store', ROOM_PARAMETERS, RoomSchema), tags: ['around'] },
} as const
