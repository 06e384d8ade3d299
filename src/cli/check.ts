export async function check(
  dir: string,
  options: { repair: boolean; print: (text: string) => void },
): Promise<number> {
  options.print(dir)
  return 0
}
