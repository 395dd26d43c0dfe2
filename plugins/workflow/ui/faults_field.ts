/** The field that a refusal is about: `/fields/cut` of what was filled in, `/cut` of the record itself. */
export function fieldOf(pointer: string | undefined): string {
  const [first = '', second] = (pointer ?? '').split('/').filter(Boolean)
  return first === 'fields' && second ? second : first
}
