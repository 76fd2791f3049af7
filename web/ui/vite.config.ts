import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

// Addresses are relative, so that the dashboard also works under a path of a reverse proxy. Nothing is inlined: the
// server's Content-Security-Policy allows files of its own and nothing else.
export default defineConfig({
  base: './',
  plugins: [svelte()],
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
