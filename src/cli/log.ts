/** The server's log: coloured lines on a terminal, JSON lines everywhere else. */
import { type Logger, pino } from 'pino'
import { PinoPretty } from 'pino-pretty'
import type { LogLevel } from './settings.js'

/** Where the log goes. */
export interface LogStream {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/**
 * A log of the level and those after it. Lines for people are made in this process, not in a worker: what was logged last
 * is out before the process ends.
 */
export function createLog(level: LogLevel, stream: NodeJS.WritableStream & LogStream): Logger {
  if (stream.isTTY !== true)
    return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream)
  const lines = PinoPretty({
    colorize: process.env.NO_COLOR === undefined,
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
    singleLine: true,
    destination: stream,
    sync: true,
  })
  return pino({ level }, lines)
}
