import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The pages that the server hands out: built into dist/web, addressed relative to where they are served from. */
export default defineConfig({
  root: fileURLToPath(new URL('./dashboard', import.meta.url)),
  base: './',
  logLevel: 'warn',
  build: {
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
