/** What contributed pages get as "vue-router". */
export { RouterLink, RouterView, onBeforeRouteLeave, useLink, useRoute, useRouter } from 'vue-router'
