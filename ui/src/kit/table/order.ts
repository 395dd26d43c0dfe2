/** The list with one entry moved to another place; places outside the list change nothing. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const next = [...list]
  if (from < 0 || to < 0 || from >= next.length || to >= next.length) return next
  const [one] = next.splice(from, 1)
  next.splice(to, 0, one)
  return next
}
