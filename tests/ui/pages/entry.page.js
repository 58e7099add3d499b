// The page of one sighting as a visitor handles it.

export class EntryPage {
  /** @param {import('@playwright/test').Page} page @param {string} url */
  constructor(page, url) {
    this.page = page;
    this.url = url;
    this.title = page.getByRole('heading', { level: 1 });
    this.note = page.getByTestId('note');
    this.similar = page.getByTestId('similar');
    this.nearby = page.getByTestId('nearby');
    this.ownCat = page.getByTestId('own-cat');
    this.analyze = page.getByTestId('analyze-button');
    this.editForm = page.getByTestId('edit-form');
    this.toasts = page.locator('.toasts');
  }

  /** @param {number} id */
  async open(id) {
    await this.page.goto(`${this.url}/entries/${id}`);
    await this.page.getByTestId('sighting').waitFor();
    await this.page.locator('.lists [aria-busy="false"]').nth(1).waitFor();
  }
}
