/** Amounts come as fen in whole numbers, or as yuan in text. */
export function yuan(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) return null
  const digits = String(Math.abs(value)).padStart(3, '0')
  return `${value < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
/** Times come as milliseconds, or as text. */
export const instant = (value: unknown): string | null => (typeof value === 'number' ? new Date(value).toISOString() : typeof value === 'string' ? value : null)
export const recordPath = (entity: string, id: string): string => `/${entity.replace('.', '/').replace(/_/g, '-')}/${id}`
export const entityPath = (entity: string): string => `/${entity.replace('.', '/').replace(/_/g, '-')}`
