/**
 * JSON for the intake: `JSON.parse`, and behind it a reader of our own for the two things that it cannot do: keep the
 * digits of integers beyond 2^53 (they are ids in dimensions more often than amounts), and say where a text stops being JSON.
 * The reader takes the same texts and gives the same values otherwise (duplicate names: the last one wins).
 */

/** An integer that no double holds exactly, as it was typed. */
export class LongInteger {
  constructor(readonly text: string) {}
}

/** Why and where (0-based, UTF-16 units) a text is not JSON. */
export class JsonError extends Error {
  override readonly name = 'JsonError'
  constructor(
    readonly reason: string,
    readonly offset: number,
    text: string,
  ) {
    super(`${reason} at ${placeOf(text, offset)}`)
  }
}

/** Deeper values than this are only looked at by `JSON.parse`, which needs no stack for them. */
const READER_DEPTH = 512

/** A number of 16 digits or more where a value may stand. May also hit inside a string: then the reader runs for nothing. */
const LONG_NUMBER = /[:,[\s]-?\d{16}/

/** Whether a text may hold integers that `JSON.parse` would round. */
export function mayHoldLongIntegers(text: string): boolean {
  return LONG_NUMBER.test(text)
}

/**
 * Parses a JSON text. Throws `JsonError`. Never overflows the stack, however deep the value.
 * `exact`: whether to look for long integers; a caller with many lines asks `mayHoldLongIntegers` once for all.
 */
export function parseJson(text: string, exact = mayHoldLongIntegers(text)): unknown {
  if (exact) return new Reader(text).document()
  try {
    return JSON.parse(text)
  } catch {
    return new Reader(text).document()
  }
}

function placeOf(text: string, offset: number): string {
  const lineStart = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
  if (lineStart === 0) return `character ${offset + 1}`
  let line = 1
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) line += 1
  return `line ${line}, character ${offset - lineStart + 1}`
}

/** A recursive-descent reader of RFC 8259. */
class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): unknown {
    const value = this.#value(0)
    this.#skipSpace()
    if (this.#at < this.#text.length) this.#fail('expected the end')
    return value
  }

  #value(depth: number): unknown {
    if (depth > READER_DEPTH) this.#fail(`nested deeper than ${READER_DEPTH} levels`)
    this.#skipSpace()
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth)
      case '[':
        return this.#array(depth)
      case '"':
        return this.#string()
      case 't':
        return this.#word('true', true)
      case 'f':
        return this.#word('false', false)
      case 'n':
        return this.#word('null', null)
      default:
        return this.#number()
    }
  }

  #object(depth: number): unknown {
    const object: Record<string, unknown> = {}
    this.#at += 1
    if (this.#takes('}')) return object
    do {
      this.#skipSpace()
      if (this.#text[this.#at] !== '"') this.#fail('expected a name in double quotes')
      const name = this.#string()
      if (!this.#takes(':')) this.#fail('expected ":"')
      const value = this.#value(depth + 1)
      // An assignment to `__proto__` would set the prototype.
      Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true })
    } while (this.#takes(','))
    if (!this.#takes('}')) this.#fail('expected "," or "}"')
    return object
  }

  #array(depth: number): unknown {
    const array: unknown[] = []
    this.#at += 1
    if (this.#takes(']')) return array
    do array.push(this.#value(depth + 1))
    while (this.#takes(','))
    if (!this.#takes(']')) this.#fail('expected "," or "]"')
    return array
  }

  #string(): string {
    const start = this.#at
    for (this.#at += 1; this.#at < this.#text.length; this.#at += 1) {
      const unit = this.#text.charCodeAt(this.#at)
      if (unit === 0x22) {
        this.#at += 1
        return JSON.parse(this.#text.slice(start, this.#at))
      }
      if (unit < 0x20) this.#fail('a control character in a string')
      if (unit === 0x5c) this.#escape()
    }
    this.#at = start
    return this.#fail('a string without its end')
  }

  #escape(): void {
    const found = /^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(this.#text.slice(this.#at, this.#at + 6))
    if (found === null) this.#fail('a wrong escape in a string')
    this.#at += found[0].length - 1
  }

  #number(): unknown {
    const start = this.#at
    if (this.#text[this.#at] === '-') this.#at += 1
    if (this.#text[this.#at] === '0') this.#at += 1
    else this.#digits(start)
    let integer = true
    if (this.#text[this.#at] === '.') {
      integer = false
      this.#at += 1
      this.#digits(start)
    }
    if (this.#text[this.#at] === 'e' || this.#text[this.#at] === 'E') {
      integer = false
      this.#at += 1
      if (this.#text[this.#at] === '+' || this.#text[this.#at] === '-') this.#at += 1
      this.#digits(start)
    }
    const text = this.#text.slice(start, this.#at)
    return integer && text.length >= 16 && String(Number(text)) !== text
      ? new LongInteger(text)
      : Number(text)
  }

  #digits(start: number): void {
    const from = this.#at
    for (let unit = this.#text.charCodeAt(this.#at); unit >= 0x30 && unit <= 0x39; ) {
      unit = this.#text.charCodeAt(++this.#at)
    }
    if (this.#at === from) this.#fail(from === start ? 'expected a value' : 'expected a digit')
  }

  #word(word: string, value: unknown): unknown {
    if (!this.#text.startsWith(word, this.#at)) this.#fail('expected a value')
    this.#at += word.length
    return value
  }

  #takes(sign: string): boolean {
    this.#skipSpace()
    if (this.#text[this.#at] !== sign) return false
    this.#at += 1
    return true
  }

  #skipSpace(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at)
      if (unit !== 0x20 && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) return
      this.#at += 1
    }
  }

  #fail(reason: string): never {
    const ended = this.#at >= this.#text.length
    throw new JsonError(ended ? `${reason}, but the text ended` : reason, this.#at, this.#text)
  }
}
