/** What we use of `asciichart`, which brings no types. */
declare module 'asciichart' {
  interface PlotConfig {
    readonly min?: number
    readonly max?: number
    readonly height?: number
    readonly offset?: number
    readonly colors?: readonly (string | undefined)[]
    readonly format?: (value: number, row: number) => string
  }
  type Colour =
    | 'default'
    | 'darkgray'
    | 'blue'
    | 'yellow'
    | 'green'
    | 'magenta'
    | 'cyan'
    | 'red'
    | 'lightblue'
    | 'lightyellow'
    | 'lightgreen'
  const asciichart: Readonly<Record<Colour, string>> & {
    plot(series: readonly (readonly number[])[], config?: PlotConfig): string
    colored(text: string, colour: string | undefined): string
  }
  export default asciichart
}
