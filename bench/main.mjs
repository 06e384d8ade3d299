/** `npm run bench`: starts the servers itself, measures, checks what they counted, prints medians, spread and ratios. */
import { bulk } from './bulk.mjs'
import { disk } from './disk.mjs'
import { drawing } from './drawing.mjs'
import { hail } from './hail.mjs'
import { hincrby } from './hincrby.mjs'
import { busyShare } from './lib/machine.mjs'
import { HELP, readOptions } from './lib/options.mjs'
import { printProfiles } from './lib/profile.mjs'
import { BUSY_PERCENT, table, write } from './lib/results.mjs'
import { loadShared } from './lib/shared.mjs'
import { memory } from './memory.mjs'
import { page } from './page.mjs'
import { pictures } from './pictures.mjs'
import { query } from './query.mjs'
import { single } from './single.mjs'
import { startup } from './startup.mjs'
import { whale } from './whale.mjs'

const RUN = { bulk, single, hail, whale, hincrby, query, startup, disk, memory, drawing, pictures, page }

async function main(args) {
  if (args.includes('--help')) return console.log(HELP)
  const options = readOptions(args, Date.now())
  const shared = await loadShared()
  for (const bench of options.benches) {
    console.log(`── ${bench}`)
    const busy = await busyShare()
    const percent = Math.round(busy * 100)
    if (percent > BUSY_PERCENT)
      console.log(`   ${percent} % of this machine is busy with something else: results will be off`)
    const rows = await RUN[bench](options, shared, text => console.log(`   ${text}`))
    console.log(`\n${table(rows)}\n`)
    if (options.write) write(bench, rows, { options, now: new Date(), busy })
    if (options.profile) printProfiles(options.profile)
  }
}

try {
  await main(process.argv.slice(2))
  process.exit(0)
} catch (error) {
  console.error(`bench: ${error.message}`)
  process.exit(1)
}
