/** The documentation of the boards' routes, as `/openapi.json` shows it. */
import { Type } from '@sinclair/typebox'
import { PANEL_ELEMENTS } from '../boards/panel.js'
import type { ParameterSpec } from '../intake/parameters.js'
import { BOARD_LIMITS } from '../model/limits.js'
import { json, parametersSchema, problems } from './schemas.js'

/** The parameters of `/board`. */
export const BOARD_PARAMETERS: readonly ParameterSpec[] = [{ name: 'name' }]

const PanelSchema = Type.Object({
  element: Type.Union(PANEL_ELEMENTS.map(element => Type.Literal(element))),
  attributes: Type.Record(Type.String(), Type.String(), { description: 'Of the element, as texts.' }),
  width: Type.Integer({ minimum: 1, maximum: BOARD_LIMITS.columns, description: 'Columns that it takes.' }),
})

const ContentSchema = Type.Object(
  {
    title: Type.Optional(Type.String({ maxLength: BOARD_LIMITS.titleCharacters })),
    panels: Type.Array(PanelSchema, { maxItems: BOARD_LIMITS.panels }),
  },
  {
    examples: [
      {
        title: 'The shop',
        panels: [{ element: 'graph', attributes: { key: 'shop', metrics: 'dollars' }, width: 2 }],
      },
    ],
  },
)

const BoardSchema = Type.Object({
  name: Type.String(),
  title: Type.String(),
  panels: Type.Array(PanelSchema),
  changed: Type.Integer({ description: 'When it was written last, epoch milliseconds.' }),
})

const ListSchema = Type.Object({
  boards: Type.Array(
    Type.Object({
      name: Type.String(),
      title: Type.String(),
      panels: Type.Integer({ description: 'How many it has.' }),
      changed: Type.Integer(),
    }),
  ),
})

const about = { tags: ['around'], querystring: parametersSchema(BOARD_PARAMETERS) }

/** The routes of boards. */
export const boardDocs = {
  list: { summary: 'The boards', tags: ['around'], response: json('By name.', ListSchema) },
  get: { summary: 'A board', ...about, response: json('The board; its state is in `ETag`.', BoardSchema) },
  put: {
    summary: 'Write a board',
    ...about,
    body: { content: { 'application/json': { schema: ContentSchema } } },
    response: {
      ...json('The board as it is kept.', BoardSchema),
      201: {
        description: 'The same, of a new board.',
        content: { 'application/json': { schema: BoardSchema } },
      },
    },
  },
  remove: {
    summary: 'Delete a board',
    ...about,
    response: {
      200: { description: '`OK`', content: { 'text/plain': { schema: Type.String() } } },
      ...problems(),
    },
  },
} as const
