// What supervisors see as pictures for docs/guide-supervisors.md: make pictures.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { signIn, visitor } from '../kit.mjs';
import { docs } from '../strips.mjs';

test('what supervisors see', { timeout: 120_000 }, async () => {
  const who = await visitor({ width: 1240 });
  try {
    const shoot = async (name, height) => {
      await who.page.setViewportSize({ width: 1240, height });
      await who.page.screenshot({ path: join(docs, 'pictures', `${name}.png`) });
    };
    await signIn(who, 'county');
    await who.page.waitForURL('**/reports');
    await shoot('overview', 1400);
    await who.go('/reports/returns?report=case_table');
    await who.page.click('main tbody a >> nth=0');
    await shoot('returned', 1000);
    assert.deepEqual(who.faults, []);
  } finally {
    await who.close();
  }
});
