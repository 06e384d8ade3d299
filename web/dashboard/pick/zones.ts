/** Time zones to choose from. */

/** Names that some browsers still list by what they were called before. */
const RENAMED: Readonly<Record<string, string>> = {
  'Africa/Asmera': 'Africa/Asmara',
  'America/Buenos_Aires': 'America/Argentina/Buenos_Aires',
  'America/Godthab': 'America/Nuuk',
  'Asia/Calcutta': 'Asia/Kolkata',
  'Asia/Katmandu': 'Asia/Kathmandu',
  'Asia/Rangoon': 'Asia/Yangon',
  'Asia/Saigon': 'Asia/Ho_Chi_Minh',
  'Atlantic/Faeroe': 'Atlantic/Faroe',
  'Europe/Kiev': 'Europe/Kyiv',
}

/** Those with a text in their name (or in what they were called before), UTC first, by name. */
export function zonesWith(text: string): string[] {
  const searched = text.trim().toLowerCase().replaceAll(' ', '_')
  const found = ['UTC', ...Intl.supportedValuesOf('timeZone')].flatMap(zone => {
    const name = RENAMED[zone] ?? zone
    return `${name} ${zone}`.toLowerCase().includes(searched) ? [name] : []
  })
  return [...new Set(found)]
}
