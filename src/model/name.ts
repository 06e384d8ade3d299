/**
 * Names: of keys, dimensions and metrics. A normalised name is in NFC, well-formed Unicode without control characters
 * (U+0000–U+001F), at most `limits.nameBytes` bytes of UTF-8. It may be empty: whether an empty name makes sense
 * somewhere is the caller's business. Nearly all names are plain ASCII, and those come back as they are.
 */
import { fieldError } from './errors.js'
import type { Limits } from './limits.js'

/**
 * Normalises a name, or throws `invalid_parameter` about `field` that says what is wrong with it.
 */
export function normalizeName(text: string, limits: Limits, field = 'name'): string {
  const length = text.length
  if (length > limits.nameBytes) return normalizeAny(text, limits, field)
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x20 || unit > 0x7e) return normalizeAny(text, limits, field)
  }
  return text
}

/** Bytes of a text's UTF-8; -1 where it holds half a surrogate pair, which has no UTF-8. */
export function utf8Bytes(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) continue
    if (unit < 0x800) bytes += 1
    else if (unit < 0xd800 || unit > 0xdfff) bytes += 2
    else if (unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 2
      i += 1
    } else return -1
  }
  return bytes
}

/** Whether a text holds one of U+0000–U+001F. */
export function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20) return true
  return false
}

/** A caller's text for a message: in quotes, on one line, at most 40 characters of it. */
export function quoted(text: string): string {
  return JSON.stringify(text.length <= 40 ? text : `${text.slice(0, 40)}…`)
}

/** The long way: any text. NFC makes at most 4 UTF-16 units into 3 bytes, so twice the bytes can't fit and isn't looked at. */
function normalizeAny(text: string, limits: Limits, field: string): string {
  const tooLong = `the name ${quoted(text)} is too long: at most ${limits.nameBytes} bytes of UTF-8`
  if (text.length > 2 * limits.nameBytes) throw fieldError(field, tooLong)
  if (hasControl(text)) {
    throw fieldError(field, `the name ${quoted(text)} has a control character (U+0000–U+001F): take it out`)
  }
  if (utf8Bytes(text) < 0) {
    throw fieldError(
      field,
      `the name ${quoted(text)} has half a surrogate pair: send whole Unicode characters`,
    )
  }
  const name = text.normalize('NFC')
  if (utf8Bytes(name) > limits.nameBytes) throw fieldError(field, tooLong)
  return name
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
