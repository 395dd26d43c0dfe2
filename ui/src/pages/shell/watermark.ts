/** A tile of the watermark as an image address: who looks at it, and since which minute. */
export function tile(name: string, time: string, dark: boolean): string {
  const safe = (text: string): string => text.replace(/[&<>"']/g, (one) => `&#${one.charCodeAt(0)};`)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200"><g transform="rotate(-24 160 100)" fill="${dark ? '#fff' : '#000'}" fill-opacity="0.05" font-family="sans-serif" font-size="15" text-anchor="middle">`
    + `<text x="160" y="96">${safe(name)}</text><text x="160" y="118">${safe(time)}</text></g></svg>`
  return `url("data:image/svg+xml,${encodeURIComponent(svg)}")`
}
