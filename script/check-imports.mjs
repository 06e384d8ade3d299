#!/usr/bin/env node
/**
 * Checks that imports don't go round in a circle, and that the inner folders import only what is further in: no store, no
 * HTTP, no Node I/O. Imports of types alone count for the direction, but not for circles: at run time they are gone.
 */
import { readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import madge from 'madge'
import ts from 'typescript'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')

/** What each inner folder may import besides itself: folders and files of src/, and packages. */
const MAY_IMPORT = {
  model: ['temporal-polyfill', 'fastest-levenshtein'],
  intake: ['model', 'rollup', 'fastest-levenshtein', 'node:buffer', 'node:util', 'node:zlib'],
  rollup: ['model', 'store/store.ts', 'node:crypto'],
  query: [
    'model',
    'rollup',
    'intake/parameters.ts',
    'intake/nearest.ts',
    'intake/value.ts',
    'temporal-polyfill',
    'fastest-levenshtein',
    'csv-stringify/sync',
  ],
  // Pages draw with it, too: nothing of Node, and of the answers only what they look like.
  picture: ['model', 'query'],
}

/** Folders of which an inner folder may import types alone. */
const TYPES_ONLY = { picture: ['query'] }

/** The names in the import and export statements of a TypeScript file. */
function importsOf(path) {
  const { importedFiles } = ts.preProcessFile(readFileSync(path, 'utf8'), true, true)
  return importedFiles.map(file => file.fileName)
}

/** Of those, the ones that are still there at run time. */
function runtimeImportsOf(path) {
  const { statements } = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest)
  return statements
    .filter(each => ts.isImportDeclaration(each) || ts.isExportDeclaration(each))
    .filter(each => each.moduleSpecifier && !(each.importClause ?? each).isTypeOnly)
    .map(each => each.moduleSpecifier.text)
}

/** A file's place below src/, with forward slashes. */
function placeOf(path) {
  return relative(join(ROOT, 'src'), path).split(sep).join('/')
}

/** The imports of one file that its folder may not have. */
function wrongImports(path) {
  const place = placeOf(path)
  const folder = place.split('/')[0]
  const allowed = MAY_IMPORT[folder]
  if (allowed === undefined || place.endsWith('.test.ts')) return []
  const isAllowed = target =>
    [folder, ...allowed].some(entry => target === entry || target.startsWith(`${entry}/`))
  const targets = names => names.map(name => (name.startsWith('.') ? resolved(place, name) : name))
  const typesOnly = TYPES_ONLY[folder] ?? []
  const isType = target => typesOnly.some(entry => target.startsWith(`${entry}/`))
  return [
    ...targets(importsOf(path))
      .filter(target => !isAllowed(target))
      .map(
        target => `src/${place} imports ${target}: ${folder} may import ${[folder, ...allowed].join(', ')}`,
      ),
    ...targets(runtimeImportsOf(path))
      .filter(isType)
      .map(target => `src/${place} imports ${target}: ${folder} may import types alone from there`),
  ]
}

function resolved(place, name) {
  return posix.join(posix.dirname(place), name).replace(/\.js$/, '.ts')
}

const graph = await madge(join(ROOT, 'src'), {
  baseDir: ROOT,
  fileExtensions: ['ts'],
  tsConfig: join(ROOT, 'tsconfig.json'),
  detectiveOptions: { ts: { skipTypeImports: true } },
})
const files = Object.keys(graph.obj())
const links = Object.values(graph.obj()).flat().length
if (files.length < 20 || links < files.length)
  throw new Error(`only ${links} imports found in ${files.length} files: the check is broken`)

const circles = graph.circular().map(circle => `a circle: ${[...circle, circle[0]].join(' → ')}`)
const wrong = files.flatMap(file => wrongImports(join(ROOT, file)))
for (const line of [...circles, ...wrong]) console.error(line)
if (circles.length + wrong.length > 0) process.exit(1)
console.log(`${files.length} files, ${links} imports: no circles, all pointing inward`)
