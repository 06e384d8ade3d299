/** Which field an objection of the server is about. Pure. */
import type { FieldErrors } from '../pick/question-form.js'

const FIELDS = /^(key|by|dimensions|metrics|period|from|to|interval|tz|threshold|limit|format): /

/** `metrics: 'a/(' at character 3: …` → the words, by the name of the field; empty for what is about none. */
export function errorsIn(detail: string): FieldErrors {
  const [start, field] = FIELDS.exec(detail) ?? []
  return start === undefined || field === undefined ? {} : { [field]: detail.slice(start.length) }
}
