// The pages `/cats` and `/cats/<id>` as a visitor handles them.

export class CatPage {
  /** @param {import('@playwright/test').Page} page @param {string} url */
  constructor(page, url) {
    this.page = page;
    this.url = url;
    this.gallery = page.getByTestId('cat-gallery');
    this.name = page.getByTestId('cat-name');
    this.nameInput = page.getByTestId('cat-name-input');
    this.figures = page.getByTestId('cat-figures');
    this.timeline = page.getByTestId('timeline');
    this.insight = page.getByTestId('insight');
    this.comments = page.getByTestId('comments');
    this.poster = page.getByTestId('poster');
  }

  /** @param {number} id */
  async open(id) {
    await this.page.goto(`${this.url}/cats/${id}`);
    await this.name.waitFor();
  }

  async openGallery() {
    await this.page.goto(`${this.url}/cats`);
    await this.page.getByRole('heading', { level: 1 }).waitFor();
  }

  /** @param {string} name */
  async rename(name) {
    await this.page.getByRole('button', { name: 'Change the name' }).click();
    await this.nameInput.fill(name);
    await this.page.getByRole('button', { name: 'Save' }).click();
  }

  /** @param {string} author @param {string} words */
  async say(author, words) {
    await this.page.getByLabel('What do you know about this cat?').fill(words);
    await this.page.getByLabel('Your name').fill(author);
    await this.page.getByRole('button', { name: 'Say it' }).click();
  }
}
