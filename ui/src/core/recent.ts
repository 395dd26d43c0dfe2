/** Pages visited lately, the newest first, each once. */
export interface Visited { path: string; title: string }

const kMost = 12

export function withVisit(visited: Visited[], now: Visited): Visited[] {
  return [now, ...visited.filter((one) => one.path !== now.path)].slice(0, kMost)
}
