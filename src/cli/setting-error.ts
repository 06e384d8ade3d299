/** What is wrong with a setting, and where it was written. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
}
