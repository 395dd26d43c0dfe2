import { expect, it } from 'vitest'
import { worn } from './life'

it('begins with the month of booking', () => expect(worn(7200_00n, 6, '2026-01-31', '2026-01-31')).toEqual({ months: 1, of: 72, worn: 100_00n, left: 7100_00n }))
it('ends with the years and stays on the books', () => expect(worn(7200_01n, 6, '2015-01-01', '2026-01-01')).toEqual({ months: 72, of: 72, worn: 7200_01n, left: 0n }))
it('rounds a fen and knows nothing without years', () => expect([worn(100n, 1, '2026-01-01', '2026-05-01')?.worn, worn(100n, null, '2026-01-01', '2026-05-01')]).toEqual([42n, null]))
