import { defineAsyncComponent } from 'vue'

/** The grid is as large as all else of the kit together: fetched by the pages that show one. */
export const EntryGrid = defineAsyncComponent(() => import('@/kit/grid/EntryGrid.vue'))
