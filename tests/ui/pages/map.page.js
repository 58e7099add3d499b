// The page `/map` as a visitor handles it.

export class MapPage {
  /** @param {import('@playwright/test').Page} page @param {string} url */
  constructor(page, url) {
    this.page = page;
    this.url = url;
    this.map = page.getByTestId('map');
    this.count = page.getByTestId('map-count');
    this.clusters = this.map.locator('.cluster');
    this.pins = this.map.locator('.pin');
    this.list = page.getByTestId('map-list');
    this.askButton = page.getByTestId('ask-area');
    this.area = page.getByTestId('area');
    this.groups = this.area.getByTestId('group');
    this.card = page.locator('.pin-card');
  }

  /** Opens the map and waits until it shows what there is. @param {string} [query] */
  async open(query = '') {
    await this.page.goto(`${this.url}/map${query}`);
    await this.page.locator('[data-testid="map"][data-ready="true"]').waitFor();
  }
}
