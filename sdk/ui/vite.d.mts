export declare const kShared: string[]
export declare function onebudgetPages(entries: Record<string, string>, folder?: string): { plugins: { name: string }[]; build: Record<string, unknown> }
export declare function moduleFrom(modules: string, name: string): Promise<Record<string, unknown>>
