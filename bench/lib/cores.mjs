/** Who runs where, so that two servers can be compared "on one core" on any machine. */

/** What is measured has this core to itself. */
export const SERVER_CORE = 0
/** Redis and what makes the load share the other one. */
export const LOAD_CORE = 1

/**
 * A command that stays on a core.
 * @param {number | undefined} core
 * @param {string} command
 * @param {string[]} args
 */
export function pinned(core, command, args) {
  return core === undefined
    ? { command, args }
    : { command: 'taskset', args: ['-c', String(core), command, ...args] }
}
