// What a page says where it has nothing else to show: a sleeping cat, a title, a sentence and what to do.

import { html } from '../../vendor/preact.js';
import { CatFace } from './cat-face.js';

/** @param {{ coat: string, title: string, text: string, children?: any }} props */
export const Notice = ({ coat, title, text, children }) => html`<div class="notice">
  <div class="frame" aria-hidden="true"><${CatFace} coat=${coat} asleep /></div>
  <h2>${title}</h2><p>${text}</p>${children}
</div>`;
