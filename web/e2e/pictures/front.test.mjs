// A mediator's case and the first page on a telephone, side by side for README.md: make pictures.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { signIn, visitor } from '../kit.mjs';
import { docs } from '../strips.mjs';

test('a case and a telephone', { timeout: 120_000 }, async () => {
  const [desk, phone] = [await visitor({ width: 1240 }), await visitor({ width: 390 })];
  const sheet = await visitor({ js: false, width: 1240 });
  try {
    await signIn(desk, 'mediator');
    await desk.page.waitForURL('**/desk');
    await desk.go('/desk/cases?state=in_mediation');
    await desk.page.locator('main .tasks a[href^="/desk/cases/"], main table a[href^="/desk/cases/"]').first().click();
    await desk.page.setViewportSize({ width: 1240, height: 904 });
    await phone.go('/');
    await phone.page.setViewportSize({ width: 390, height: 859 });
    const shots = [[desk, 834], [phone, 276]];
    const drawn = [];
    for (const [who, width] of shots) drawn.push(`<img width="${width}" src="data:image/png;base64,${(await who.page.screenshot()).toString('base64')}">`);
    await sheet.page.setViewportSize({ width: 1240, height: 660 });
    await sheet.page.setContent(`<style>body{margin:0;height:660px;background:#e8edf2;display:flex;gap:28px;align-items:center;justify-content:center}
      img{border-radius:14px;box-shadow:0 6px 24px rgba(23,33,43,.2)}</style>${drawn.join('')}`);
    await sheet.page.screenshot({ path: join(docs, 'pictures', 'front.png') });
    assert.deepEqual([...desk.faults, ...phone.faults], []);
  } finally {
    for (const who of [desk, phone, sheet]) await who.close();
  }
});
