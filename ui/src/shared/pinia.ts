/** What contributed pages get as "pinia". */
export { defineStore, storeToRefs } from 'pinia'
