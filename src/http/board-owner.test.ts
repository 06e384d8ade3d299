import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { askBoardOwner } from './board-owner.js'
import { PassOn } from './pass-on.js'

const open: FastifyInstance[] = []
afterEach(async () => {
  for (const app of open.splice(0)) await app.close()
})

/** A server that answers with its name where it takes itself for the owner. */
async function serverOf(name: string) {
  const service = { owner: null as string | null, boardsOwner: () => service.owner }
  const passOn = new PassOn({ basePath: '', onTrouble: () => {} })
  const app = Fastify()
  open.push(app)
  app.addHook('onClose', () => passOn.close())
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  askBoardOwner(app, service, passOn)
  app.put('/board', async request => `${name} has ${request.body}`)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const put = async () => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${address}/board`, { method: 'PUT', body: '{"a":1}', headers })
    return { status: answer.status, text: await answer.text() }
  }
  return { app, service, address, put }
}

describe('askBoardOwner', () => {
  test('the owner answers, whoever is asked', async () => {
    const [first, second] = await Promise.all([serverOf('first'), serverOf('second')])
    first.service.owner = second.address
    const answer = { status: 200, text: 'second has {"a":1}' }
    expect(await first.put()).toEqual(answer)
    expect(await second.put()).toEqual(answer)
  })

  test('where each takes the other for the owner, or it is gone, nobody answers', async () => {
    const [first, second] = await Promise.all([serverOf('first'), serverOf('second')])
    first.service.owner = second.address
    second.service.owner = first.address
    expect((await first.put()).text).toContain('does not answer')
    await second.app.close()
    expect((await first.put()).text).toContain('does not answer')
  })
})
