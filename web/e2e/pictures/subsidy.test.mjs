// Claims and a batch as pictures for docs/guide-supervisors-subsidy.md: make pictures. It signs the demo's batch that waits.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { signIn, visitor } from '../kit.mjs';
import { docs } from '../strips.mjs';

test('claims that wait, and a batch that two signed', { timeout: 120_000 }, async () => {
  const who = await visitor({ width: 1180 });
  try {
    const shoot = async (name, height) => {
      await who.page.setViewportSize({ width: 1180, height });
      await who.page.screenshot({ path: join(docs, 'pictures', `${name}.png`) });
    };
    await signIn(who, 'supervisor');
    await who.page.waitForURL('**/reports');
    await who.go('/subsidy/claims?step=approve');
    await shoot('subsidy-claims', 760);
    await who.go('/subsidy/batches');
    await who.page.locator('main tbody tr', { hasText: '一人已签' }).locator('a').first().click();
    await who.page.check('[name=read]', { force: true });
    await who.page.click('main form[action$="/sign"] button');
    await who.page.waitForURL('**?done=batch_signed');
    await who.go(new URL(who.page.url()).pathname);
    await shoot('subsidy-batch', 1000);
    assert.deepEqual(who.faults, []);
  } finally {
    await who.close();
  }
});
