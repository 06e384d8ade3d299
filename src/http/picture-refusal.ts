/**
 * Pictures that can't be: who asked for an image gets the reason as one, with the status of the error, and everybody else a problem
 * document.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ERRORS, type HailWhaleError } from '../model/errors.js'
import { problemSvg } from '../picture/svg/problem.js'
import type { Theme } from '../picture/svg/sheet.js'
import { problemAnswer } from './problem.js'

/** A drawn picture and its size in pixels. */
export interface Drawn {
  readonly svg: string
  readonly width: number
  readonly height: number
}

/** Pixels. */
const WIDTH = 480

/** Answers with the error. `send` answers with its picture, where that can be drawn. */
export async function refusePicture(
  error: HailWhaleError,
  request: FastifyRequest,
  reply: FastifyReply,
  send: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const { status, headers, body } = problemAnswer(error)
  // An error tells no counts: any page may read why it was refused.
  if (!reply.hasHeader('access-control-allow-origin')) reply.header('access-control-allow-origin', '*')
  reply.code(status).headers({ ...headers, vary: 'Origin, Accept', 'hailwhale-error': error.code })
  if (wantsImage(request.headers.accept)) {
    try {
      return await send()
    } catch {
      // There is no renderer, or none that is free: the words will do.
    }
  }
  return reply.send(body)
}

/** The picture of an error: in the theme that was asked for, whatever else is wrong with the request, or in the first of `themes`. */
export function problemPicture(
  error: HailWhaleError,
  request: FastifyRequest,
  themes: readonly Theme[],
): Drawn {
  const { status, title } = ERRORS[error.code]
  const asked = /[?&]theme=(\w+)/.exec(request.raw.url!)?.[1]
  const theme = themes.find(each => each === asked) ?? themes[0]!
  return problemSvg({ status, title, detail: error.message, width: WIDTH, theme })
}

/** Whether `Accept` is that of an image tag: images, and no pages or documents. */
function wantsImage(accept: string | undefined): boolean {
  return accept !== undefined && /\bimage\//.test(accept) && !/\b(text|application)\//.test(accept)
}
