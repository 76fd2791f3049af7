import { svelte } from '@sveltejs/vite-plugin-svelte'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

// The pages are mounted and never hydrated. Svelte keeps what hydration needs behind one variable, "so it can be treeshaken out";
// the bundler has to be told that it stays false.
const mounted: Plugin = {
  name: 'mounted-not-hydrated',
  transform(code, id) {
    if (!id.endsWith('svelte/src/internal/client/dom/hydration.js')) return undefined
    const said = code.replace('export let hydrating = false', 'export const hydrating = false').replace('hydrating = value', 'void value')
    if (said === code) this.error('Svelte names the variable another way now')
    return { code: said, map: null }
  },
}

// Addresses are relative, so that the dashboard also works under a path of a reverse proxy. Nothing is inlined: the
// server's Content-Security-Policy allows files of its own and nothing else.
export default defineConfig({
  base: './',
  plugins: [mounted, svelte()],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    cssCodeSplit: false, // one sheet of 20 kB is faster than many small ones
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': process.env.WRAPCAST_API ?? 'http://127.0.0.1:8080' } },
  test: { include: ['src/**/*.test.ts'] },
})
