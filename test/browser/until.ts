/** Waiting for what a page comes to, in Chromium. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const TIMEOUT_MS = 30_000

/** Runs a function of `in-page.ts` in a page again and again until it answers what is expected. */
export async function until<Args extends readonly unknown[], Result>(
  page: Page,
  expected: Result,
  run: (...args: Args) => Result,
  ...args: Args
): Promise<void> {
  await expect.poll(() => inPage(page, run, ...args), { timeout: TIMEOUT_MS }).toEqual(expected)
}

/** What a function of `in-page.ts` answers in a page. */
export function inPage<Args extends readonly unknown[], Result>(
  page: Page,
  run: (...args: Args) => Result,
  ...args: Args
): Promise<Result> {
  return page.evaluate<Result>(`(${run})(${args.map(arg => JSON.stringify(arg))})`)
}
