// Runs before the first paint, so that no page flashes in the wrong colours. The store owns them from then on.
(() => {
  const root = document.documentElement;
  /** @param {string} name */
  const chosen = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      // Storage may be switched off: the system's wishes are a good answer then.
      return null;
    }
  };
  root.dataset.theme = chosen('theme') ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  root.dataset.contrast = chosen('contrast') ?? (matchMedia('(prefers-contrast: more)').matches ? 'more' : 'less');
})();
