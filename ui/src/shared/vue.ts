/** What contributed pages get as "vue": the same instance that the shell runs on. */
export * from 'vue'
