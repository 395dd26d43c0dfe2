/** How much room a row takes. */
export type Density = 'compact' | 'comfortable' | 'spacious'
export const kDensities: Density[] = ['compact', 'comfortable', 'spacious']
