import { fileURLToPath } from 'node:url'
import { defineConfig, type UserConfig } from 'vite'
import { leanLiterals, leanUPlot } from './lean.js'

const OUT = fileURLToPath(new URL('../dist/web', import.meta.url))
const PACKAGE_OUT = fileURLToPath(new URL('../dist/elements', import.meta.url))

/** Scripts for other people's pages, each one file that a plain script tag loads: what it is called, and where it starts. */
const SCRIPTS: Readonly<Record<string, string>> = {
  hailwhale: './elements/hailwhale.ts',
  'jquery.hailwhale': './jquery/plugin.ts',
  graph: './embed/graph.ts',
}

/**
 * `--mode pages`: the pages that the server hands out, addressed relative to where they are served from. `--mode elements`: the
 * module of the package, for those who bundle. Else one of the scripts.
 */
export default defineConfig(({ mode }) => {
  if (mode === 'elements') return packageModule()
  return mode in SCRIPTS ? script(mode) : pages()
})

function pages(): UserConfig {
  return {
    root: fileURLToPath(new URL('./dashboard', import.meta.url)),
    base: './',
    logLevel: 'warn',
    plugins: [leanLiterals(), leanUPlot()],
    build: {
      outDir: OUT,
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  }
}

function script(name: string): UserConfig {
  return {
    logLevel: 'warn',
    publicDir: false,
    plugins: [leanLiterals(), leanUPlot()],
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: OUT,
      emptyOutDir: false,
      target: 'es2022',
      assetsInlineLimit: 0,
      lib: {
        entry: fileURLToPath(new URL(SCRIPTS[name]!, import.meta.url)),
        formats: ['iife'],
        name: 'HailWhale',
        fileName: () => `${name}.js`,
      },
    },
  }
}

function packageModule(): UserConfig {
  return {
    logLevel: 'warn',
    publicDir: false,
    plugins: [leanLiterals(), leanUPlot()],
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      outDir: PACKAGE_OUT,
      target: 'es2022',
      assetsInlineLimit: 0,
      lib: {
        entry: fileURLToPath(new URL('./elements/elements.ts', import.meta.url)),
        formats: ['es'],
        fileName: () => 'elements.js',
      },
    },
  }
}
