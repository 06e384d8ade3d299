/** Queries as people can read them. Pure. */

/** A query without its question mark. What means nothing in one (`:`, `,`, `/`, parentheses) stays as it is. */
export function queryText(query: URLSearchParams): string {
  return query.toString().replace(/%(3A|2C|2F|28|29)/g, sign => decodeURIComponent(sign))
}
