import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // Most tests wait for servers and browsers more than they compute.
    maxWorkers: 3,
    maxConcurrency: 3,
    // Node 20 keeps WebSocket behind a flag; the tests in Firefox speak through one.
    execArgv: ['--experimental-websocket'],
  },
})
