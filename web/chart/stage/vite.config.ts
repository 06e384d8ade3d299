import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { leanLiterals, leanUPlot } from '../../lean.js'

/** Builds the stage as scripts for pages are built: one file, minified. Answered by `build()`, not written. */
export default defineConfig({
  logLevel: 'error',
  publicDir: false,
  plugins: [leanLiterals(), leanUPlot()],
  define: { 'process.env.NODE_ENV': '"production"' },
  build: {
    write: false,
    target: 'es2022',
    lib: {
      entry: fileURLToPath(new URL('./stage.ts', import.meta.url)),
      formats: ['iife'],
      name: 'Stage',
      fileName: () => 'stage.js',
    },
  },
})
