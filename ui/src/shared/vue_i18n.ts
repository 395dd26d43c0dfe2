/** What contributed pages get as "vue-i18n". */
export { useI18n } from 'vue-i18n'
