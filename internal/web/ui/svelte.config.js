import { vitePreprocess } from '@sveltejs/vite-plugin-svelte'

// Scoped classes stand at hundreds of elements: short names keep the script small.
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true, cssHash: ({ hash, css }) => 's' + hash(css).slice(0, 5) },
}
