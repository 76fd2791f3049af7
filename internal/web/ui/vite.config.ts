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

// The script that has to arrive before somebody sees a page, in bytes as the browser runs them: the frame, what pages
// share, and the page itself. Pages are fetched when they are looked at, so another page makes none of the others
// slower. The Go tests hold what is served to the same.
const maxScript = 200_000

const budget: Plugin = {
  name: 'budget',
  generateBundle(_, bundle) {
    const chunks = Object.values(bundle).filter((file) => file.type === 'chunk')
    const withImports = (name: string, found = new Set<string>()): Set<string> => {
      if (found.has(name)) return found
      found.add(name)
      for (const next of chunks.find((c) => c.fileName === name)?.imports ?? []) withImports(next, found)
      return found
    }
    const entry = chunks.find((c) => c.isEntry)
    if (!entry) this.error('there is no entry')
    for (const page of chunks.filter((c) => c.isDynamicEntry)) {
      const needed = withImports(page.fileName, withImports(entry.fileName))
      const size = chunks.reduce((sum, c) => sum + (needed.has(c.fileName) ? Buffer.byteLength(c.code) : 0), 0)
      if (size > maxScript)
        this.error(
          `with ${page.name} the browser has ${size} bytes of script to run, more than ${maxScript}: share, or load a part of it when it is looked at`,
        )
    }
  },
}

// Addresses are relative, so that the dashboard also works under a path of a reverse proxy. Nothing is inlined: the
// server's Content-Security-Policy allows files of its own and nothing else.
export default defineConfig({
  base: './',
  plugins: [lean, budget, svelte()],
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
            { name: 'shared', test: /node_modules|vite|src\/(api|components|lib)/, minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': process.env.WRAPCAST_API ?? 'http://127.0.0.1:8080' } },
  test: { include: ['src/**/*.test.ts'] },
})
