/** What is said when a graph can't be shown as it should: why, and what to do about it. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Trouble } from './options.js'

/** What the words need to know beside the trouble. */
export interface TroubleContext {
  readonly state: 'stale' | 'refused'
  /** Base address of the server. */
  readonly server: string
  readonly locale: string | undefined
  /** It has answered this page before: then it allows it. */
  readonly hasAnswered?: boolean
  /** What was written in the attribute that is wrong, by its name. */
  readonly written: (field: string) => string | null
}

/** Says in a line or two what is wrong. */
export function troubleTemplate(trouble: Trouble, context: TroubleContext): TemplateResult {
  return context.state === 'stale' ? lostTemplate(trouble, context) : refusedTemplate(trouble, context)
}

function lostTemplate({ detail, sinceMs }: Trouble, context: TroubleContext): TemplateResult {
  const { server, locale, hasAnswered = false } = context
  const since = timeOfDay(sinceMs, locale)
  if (detail !== null) return html`<p>${detail}</p><p>No answer since ${since}; trying again.</p>`
  return html`<p>No connection to ${server} since ${since}; trying again.</p>${isForeign(server) && !hasAnswered ? foreignHint() : nothing}`
}

/** A browser doesn't tell a page of another origin why a connection failed. */
function foreignHint(): TemplateResult {
  return html`<p>
    If it is running, it may have to allow this page: start it with
    <code>--allow-origin ${location.origin}</code>
  </p>`
}

function refusedTemplate({ detail, field }: Trouble, { written }: TroubleContext): TemplateResult {
  const text = field === null ? null : written(field)
  return html`<p>${detail}</p>
    ${text === null ? nothing : html`<p>Written: <code>${field}="${text}"</code></p>`}`
}

/** Whether a server is of another origin than the page. */
export function isForeign(server: string): boolean {
  return new URL(server, location.href).origin !== location.origin
}

/** `14:03` */
export function timeOfDay(ms: number, locale: string | undefined): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ms)
}
