// The mediator's and the chair's desk as pictures for docs/guide-mediators.md: make pictures.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signIn, visitor } from '../kit.mjs';
import { paste, strip } from '../strips.mjs';

const first = async (who, list, link) => {
  await who.go(list);
  return who.page.locator(link).first().getAttribute('href');
};
const inState = (who, state) => first(who, `/desk/cases?state=${state}`, 'main .tasks a[href^="/desk/cases/"], main table a[href^="/desk/cases/"]');

for (const lang of ['zh-CN', 'en']) {
  test(`the desk, ${lang}`, { timeout: 300_000 }, async () => {
    const cookies = { 'fengqiao-lang': lang };
    const [su, zheng] = [await visitor({ width: 390, lang, cookies }), await visitor({ width: 390, lang, cookies })];
    try {
      await signIn(su, 'mediator');
      await su.page.waitForURL('**/desk');
      await signIn(zheng, 'chair');
      await zheng.page.waitForURL('**/desk');
      const seen = strip(su);
      await seen.look('home');
      await su.go('/ledger/new');
      await seen.look('quick entry');
      const met = await inState(su, 'in_mediation');
      await su.go(met);
      await seen.look('case');
      await su.go(`${met}/open-session`);
      await seen.look('session');
      await su.go(`${met}/fix-agreement`);
      await seen.look('workshop');
      const ended = await inState(su, 'closed');
      await su.go(`${ended}/papers`);
      await seen.look('papers');
      const led = strip(zheng);
      led.screens.push(...seen.screens);
      const accepted = await inState(zheng, 'accepted');
      await zheng.go(`${accepted}/assign`);
      await led.look('assign');
      await zheng.go('/desk/team');
      await led.look('team');
      await zheng.go('/desk/ageing');
      await led.look('ageing');
      for (const path of ['/exchange']) {
        await zheng.go(path);
        await led.look(path);
      }
      await paste(`desk-${lang}`, led.screens);
      assert.deepEqual([...su.faults, ...zheng.faults], []);
    } finally {
      await su.close();
      await zheng.close();
    }
  });
}
