/**
 * Every limit of the contract, in one place, each with its unit and its why.
 * A limit that a caller can reach is answered with a 4xx (or, for children, counted under the overflow child).
 */
export interface Limits {
  /** Names in one path (key or dimension). Deeper nesting multiplies the roll-ups of each event. */
  readonly depth: number
  /** UTF-8 bytes of one name. A name is part of a store key, and LMDB's keys end at 1,978 bytes. */
  readonly nameBytes: number
  /** UTF-8 bytes of an event's id. */
  readonly idBytes: number
  /** Paths (as written, prefixes not included) in one event. */
  readonly pathsPerEvent: number
  /** Metrics in one event, the implied `hits` included. */
  readonly metricsPerEvent: number
  /** (path with its prefixes × metric) pairs one event may add to: the cost of one event is bounded. */
  readonly pairsPerEvent: number
  /** Bytes of a request's URL. */
  readonly urlBytes: number
  /** Bytes of a request's body, after decompression: a zip bomb ends here. */
  readonly bodyBytes: number
  /** Events in one request: one request is one journal record. */
  readonly eventsPerRequest: number
  /** Children under one parent; the ones beyond are counted under the overflow child. */
  readonly childrenPerParent: number
  /** Points in one answer (series × metrics × buckets). */
  readonly pointsPerAnswer: number
  /** Milliseconds that an event may lie ahead of the server's clock: what clock drift explains. */
  readonly aheadMs: number
  /** Errors named one by one in a refused request. */
  readonly errorsNamed: number
}

/** The contract's defaults. */
export const DEFAULT_LIMITS: Limits = {
  depth: 16,
  nameBytes: 512,
  idBytes: 128,
  pathsPerEvent: 64,
  metricsPerEvent: 64,
  pairsPerEvent: 1024,
  urlBytes: 8 * 1024,
  bodyBytes: 16 * 1024 * 1024,
  eventsPerRequest: 100_000,
  childrenPerParent: 100_000,
  pointsPerAnswer: 1_000_000,
  aheadMs: 10 * 60_000,
  errorsNamed: 20,
}

/** What a board may be. Fixed: a page makes boards, and its elements would not show more. */
export const BOARD_LIMITS = {
  /** UTF-8 bytes of a board's name, at least 1: a name is part of a store key and of links. */
  nameBytes: 128,
  /** Characters of a title: a heading, not a text. */
  titleCharacters: 200,
  /** Panels of one board: as many graphs as one live connection carries. */
  panels: 50,
  /** Columns of the grid that a panel may be wide. */
  columns: 4,
  /** UTF-8 bytes of one attribute's text: room for a long expression. */
  attributeBytes: 4 * 1024,
  /** Bytes of a whole board as it is stored. */
  boardBytes: 64 * 1024,
  /** Boards of a server: listing them stays one short answer. */
  boards: 1000,
} as const
