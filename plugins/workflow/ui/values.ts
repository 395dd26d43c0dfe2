/** Amounts come in yuan and times in RFC 3339, both as text. */
export const yuan = (value: unknown): string | null => (typeof value === 'string' ? value : null)
export const instant = yuan
/** A sum of fen in yuan. */
export function yuanOf(fen: bigint): string {
  const digits = String(fen < 0n ? -fen : fen).padStart(3, '0')
  return `${fen < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
export const recordPath = (entity: string, id: string): string => `/${entity.replace('.', '/').replace(/_/g, '-')}/${id}`
export const entityPath = (entity: string): string => `/${entity.replace('.', '/').replace(/_/g, '-')}`
