/** Theme is what the reader chose; system follows the machine. */
export type Theme = 'system' | 'light' | 'dark'

const key = 'wrapcast.theme'
const wish = matchMedia('(prefers-color-scheme: dark)')

function kept(): Theme {
  const value = recall(key)
  return value === 'light' || value === 'dark' ? value : 'system'
}

class Themes {
  chosen = $state<Theme>(kept())
  /** What is shown; charts are drawn anew when it changes. */
  shown = $state<'light' | 'dark'>('light')
}

/** theme is the look of the page. */
export const theme = new Themes()

/** applyTheme shows what was chosen, and follows the machine where nothing was. */
export function applyTheme(): void {
  const show = () => {
    theme.shown = theme.chosen === 'system' ? (wish.matches ? 'dark' : 'light') : theme.chosen
    document.documentElement.dataset.theme = theme.shown
  }
  show()
  wish.addEventListener('change', show)
}

/** chooseTheme keeps a choice. */
export function chooseTheme(chosen: Theme): void {
  theme.chosen = chosen
  keep(key, chosen)
  theme.shown = chosen === 'system' ? (wish.matches ? 'dark' : 'light') : chosen
  document.documentElement.dataset.theme = theme.shown
}

/** recall reads what was kept in this browser; private windows may refuse. */
export function recall(name: string): string {
  try {
    return localStorage.getItem(name) ?? ''
  } catch {
    return ''
  }
}

/** keep keeps something small in this browser. */
export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value)
  } catch {
    // a browser that keeps nothing asks again next time
  }
}
