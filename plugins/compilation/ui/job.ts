import { get } from '@onebudget/ui'

interface Job { state: string; result?: unknown; error?: string; message?: string }
const kLookMs = 1000
const kOver = ['done', 'failed', 'cancelled']

/** What a job answers, once it has ended; asked for again every second. Throws what it failed with. */
export async function resultOf<T>(job: string): Promise<T> {
  for (;;) {
    const now = await get<Job>(`/system/job/${job}`)
    if (now.state === 'done') return now.result as T
    if (kOver.includes(now.state)) throw new Error(now.error || now.message || now.state)
    await new Promise((resolve) => setTimeout(resolve, kLookMs))
  }
}
