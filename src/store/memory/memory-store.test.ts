import { storeSuite } from '../../../test/conformance/store-suite.js'
import { MemoryStore } from './memory-store.js'

storeSuite('MemoryStore', {
  create: async () => new MemoryStore(),
  reopen: async store => store,
  destroy: async () => undefined,
})
