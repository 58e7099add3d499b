// Runs before the first paint, so that no page flashes in the wrong colours, and calls for its words early. The store and i18n.js own both
// from then on.
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
  const script = /** @type {HTMLScriptElement} */ (document.currentScript);
  const spoken = script.dataset.languages?.split(' ') ?? [];
  const wishes = [chosen('language') ?? '', ...navigator.languages].map((tag) => tag.split('-')[0].toLowerCase());
  const language = wishes.find((wish) => spoken.includes(wish)) ?? spoken[0];
  if (language) document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', href: script.src.replace('theme-boot.js', `i18n/${language}.js`) }));
  root.dataset.theme = chosen('theme') ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  root.dataset.contrast = chosen('contrast') ?? (matchMedia('(prefers-contrast: more)').matches ? 'more' : 'less');
})();
