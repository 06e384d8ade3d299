#!/usr/bin/env node
// Writes the pages of docs/ that come from the code. Needs the build.
import { writeFileSync } from 'node:fs'
import { settingsMarkdown } from '../dist/cli/docs-table.js'
import './docs.mjs'

writeFileSync(new URL('../docs/settings.md', import.meta.url), settingsMarkdown())
