// Signing in, registering and setting up, as a person does it.

export class DoorsPage {
  /** @param {import('@playwright/test').Page} page @param {string} url */
  constructor(page, url) {
    this.page = page;
    this.url = url;
    this.username = page.getByLabel('Name', { exact: true });
    this.password = page.getByLabel('Password', { exact: true });
    this.error = page.getByTestId('door-error');
    this.submit = page.locator('.door .primary');
  }

  /** @param {string} path */
  async open(path) {
    await this.page.goto(this.url + path);
    await this.submit.waitFor();
  }

  /** @param {string} username @param {string} [password] */
  async enter(username, password = 'four mice in a row') {
    await this.username.fill(username);
    await this.password.fill(password);
    await this.submit.click();
  }

  /** Signs in and waits until the page knows who is there. @param {string} username */
  async signIn(username) {
    await this.open('/sign-in');
    await this.enter(username);
    await this.page.locator('.tabs').getByRole('link', { name: username }).waitFor();
  }
}
