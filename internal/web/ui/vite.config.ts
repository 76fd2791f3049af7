import { svelte } from '@sveltejs/vite-plugin-svelte'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

// What a library offers and these pages never use, said so that the bundler can see it.
const unused: { file: string; replace: [string, string][] }[] = [
  // The pages are mounted and never hydrated. Svelte keeps what hydration needs behind one variable, "so it can be treeshaken out";
  // the bundler has to be told that it stays false.
  {
    file: 'svelte/src/internal/client/dom/hydration.js',
    replace: [
      ['export let hydrating = false', 'export const hydrating = false'],
      ['hydrating = value', 'void value'],
    ],
  },
  // Charts are straight lines; bars, steps and curves hang on an object where the bundler cannot drop them.
  {
    file: 'uplot/dist/uPlot.esm.js',
    replace: [
      ['(paths.stepped = stepped);', ''],
      ['(paths.bars    = bars);', ''],
      ['(paths.spline  = monotoneCubic);', ''],
      ['uPlot.join = join;', ''],
    ],
  },
]

const lean: Plugin = {
  name: 'lean',
  transform(code, id) {
    const library = unused.find(({ file }) => id.endsWith('node_modules/' + file))
    if (!library) return undefined
    for (const [said, instead] of library.replace) {
      if (!code.includes(said)) this.error(`${library.file} has no "${said}" now`)
      code = code.replace(said, instead)
    }
    return { code, map: null }
  },
}

// Addresses are relative, so that the dashboard also works under a path of a reverse proxy. Nothing is inlined: the
// server's Content-Security-Policy allows files of its own and nothing else.
export default defineConfig({
  base: './',
  plugins: [lean, svelte()],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    cssCodeSplit: false, // one sheet of 20 kB is faster than many small ones
    modulePreload: { polyfill: false },
    rolldownOptions: {
      checks: { bundlerTimings: false }, // a slow machine is not a fault of the build
      // They do nothing but for pages that are hydrated.
      treeshake: { manualPureFunctions: ['$.reset', '$.next', '$.remove_input_defaults'] },
      output: {
        // What all pages share comes in two files: many small ones would name each other at length.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            { name: 'charts', test: /uplot|src\/charts/ },
            { name: 'shared', test: /node_modules|vite|src\/(api|components|lib)/ },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': process.env.WRAPCAST_API ?? 'http://127.0.0.1:8080' } },
  test: { include: ['src/**/*.test.ts'] },
})
