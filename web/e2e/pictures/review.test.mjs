// A round of dossier reviews and a sheet as pictures for docs/guide-supervisors-review.md: make pictures.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { signIn, visitor } from '../kit.mjs';
import { docs } from '../strips.mjs';

test('a round of reviews, and a sheet', { timeout: 120_000 }, async () => {
  const [bureau, reviewer] = [await visitor({ width: 1240 }), await visitor({ width: 1240 })];
  try {
    const shoot = async ({ page }, name, height) => {
      await page.setViewportSize({ width: 1240, height });
      await page.screenshot({ path: join(docs, 'pictures', `${name}.png`) });
    };
    await signIn(bureau, 'county');
    await bureau.page.waitForURL('**/reports');
    await bureau.go('/review');
    await bureau.page.locator('main tbody tr', { hasText: '演示' }).locator('a').click();
    await bureau.page.waitForURL('**/review/rounds/*');
    await shoot(bureau, 'review-round', 900);
    await signIn(reviewer, 'station');
    await reviewer.page.waitForURL('**/desk');
    await reviewer.go('/review/mine'); // the demo leaves one dossier to the station
    await reviewer.page.locator('main a[href^="/review/items/"]').first().click();
    await reviewer.page.waitForURL('**/review/items/*');
    await shoot(reviewer, 'review-item', 1290);
    assert.deepEqual([...bureau.faults, ...reviewer.faults], []);
  } finally {
    await bureau.close();
    await reviewer.close();
  }
});
