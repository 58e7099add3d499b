// Runs before the first paint, so that no page flashes in the wrong colours. The store owns the theme from then on.
(() => {
  const root = document.documentElement;
  let chosen = null;
  try {
    chosen = localStorage.getItem('theme');
  } catch {
    // Storage may be switched off: the system's theme is a good answer then.
  }
  root.dataset.theme = chosen ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
})();
