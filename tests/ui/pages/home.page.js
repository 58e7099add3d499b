// The page `/` as a visitor handles it.

export class HomePage {
  /** @param {import('@playwright/test').Page} page @param {string} url */
  constructor(page, url) {
    this.page = page;
    this.url = url;
    this.textInput = page.getByTestId('text-input');
    this.nicknameInput = page.getByTestId('nickname-input');
    this.locationInput = page.getByTestId('location-input');
    this.submitButton = page.getByTestId('submit-button');
    this.errorMessage = page.getByTestId('error-message');
    this.entryList = page.getByTestId('entry-list');
    this.olderButton = page.getByTestId('older-button');
    this.feedError = page.getByTestId('feed-error');
    this.cards = this.entryList.getByRole('article');
    this.names = this.cards.getByRole('heading');
    this.toasts = page.locator('.toasts');
    this.menuButton = page.getByRole('button', { name: /Appearance and language|Aussehen und Sprache/ });
    this.language = page.locator('.language');
    this.search = page.getByTestId('search-input');
    this.photoInput = page.getByTestId('photo-input');
    this.photoPreview = page.getByTestId('photo-preview');
    this.tabs = page.locator('.tabs');
  }

  /** Opens the menu of colours and language. */
  async openMenu() {
    await this.menuButton.click();
    await this.language.waitFor();
  }

  async open() {
    await this.page.goto(`${this.url}/`);
    await this.submitButton.waitFor();
  }

  /** Opens the page and waits for the feed, whatever is in it. */
  async openWithFeed() {
    await this.open();
    await this.page.locator('.feed[aria-busy="false"]').waitFor();
  }

  /** @param {{ text: string, nickname?: string, location?: string }} sighting */
  async log({ text, nickname = '', location = '' }) {
    await this.textInput.fill(text);
    await this.nicknameInput.fill(nickname);
    await this.locationInput.fill(location);
    await this.submitButton.click();
  }

  /** What the form holds. */
  async typed() {
    return { text: await this.textInput.inputValue(), nickname: await this.nicknameInput.inputValue(), location: await this.locationInput.inputValue() };
  }

  /** How far the page reaches beyond the screen sidewards, in CSS pixels. */
  overflow() {
    return this.page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
  }
}
