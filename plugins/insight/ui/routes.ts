// Made by sdk/ui/routes.mjs from plugin.json and schemas/; not written by hand.

export type MapKept = {
  approval_no: string
  features: number
}
export type MapRequest = {
  approval_no: string
  map: unknown
}
export type MapShown = {
  approval_no: string | null
  at_ms?: number
  type: 'FeatureCollection'
  features: {
    type: 'Feature'
    properties: {
      code: string
      name: string
    }
    geometry: {
      type: 'MultiPolygon'
      coordinates: unknown[]
    }
  }[]
}
/** No members; the body may be left out */
export type NoMembers = Record<string, never>
export type RebuildReply = {
  state: 'asked'
}
export type RebuildState = {
  state: 'never' | 'done'
  projects?: number
  rows?: number
  differing?: number
  samples?: string[]
  first?: boolean
  ended_at_ms?: number
}

export interface Routes {
  /** Asks for the one table to be made anew from the records of the plugins and compared row by row; a job does it, GET tells the outcome. */
  'POST /rebuild': { body: NoMembers; reply: RebuildReply }
  /** The newest comparison: projects, rows, those that differed; never before the first. */
  'GET /rebuild': { reply: RebuildState }
  /** Approved GeoJSON of regions: checked, stripped to codes and outlines, in place of the map that stands. At most 300 features and 60,000 points. */
  'POST /map': { body: MapRequest; reply: MapKept }
  /** The outlines by region code; approval_no is null when there is no map. */
  'GET /map': { reply: MapShown }
  /** Takes the map down, dashboards show tiles again; done as well when there is none. */
  'DELETE /map': { body: Record<string, never>; reply: unknown }
}
export type Reply<R extends keyof Routes> = Routes[R]['reply']
export type Body<R extends keyof Routes> = Routes[R] extends { body: infer B } ? B : never
export type Asked<R extends keyof Routes> = Routes[R] extends { query: infer Q } ? Q : Record<string, never>
