/**
 * A path: the names from the outside in, `['sales', 'p1']`. Keys are paths of at least one name; a dimension may
 * be the root, the empty path, which is written `_`. Names are compared byte for byte after NFC.
 */
export type Path = readonly string[]

/** The root dimension: overall. */
export const ROOT: Path = []

/** The name that stands for the root dimension, and for the default key, on the wire. */
export const ROOT_NAME = '_'

/** The key of events and questions that name none. */
export const DEFAULT_KEY: Path = [ROOT_NAME]

/** How the overflow child is shown. */
export const OVERFLOW_NAME = '…'
