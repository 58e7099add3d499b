// Shows `/openapi.json` to people.

import SwaggerUI from '../vendor/swagger-ui.js';

// The viewer's dark colours hang on a class of its own.
document.documentElement.classList.toggle('dark-mode', document.documentElement.dataset.theme === 'dark');

SwaggerUI({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  // Of its themes the one whose every colour is easy to read.
  syntaxHighlight: { theme: 'obsidian' },
  // Where it has one, it shows the document to a server on the web.
  validatorUrl: null,
});
