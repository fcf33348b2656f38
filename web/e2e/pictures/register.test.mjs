// The register of a county bureau as pictures for docs/guide-supervisors-register.md: make pictures.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { signIn, visitor } from '../kit.mjs';
import { docs } from '../strips.mjs';

test('the register of a county', { timeout: 120_000 }, async () => {
  const who = await visitor({ width: 1240 });
  try {
    await signIn(who, 'county');
    await who.page.waitForURL('**/reports');
    const shoot = async (name, height) => {
      await who.page.setViewportSize({ width: 1240, height });
      await who.page.screenshot({ path: join(docs, 'pictures', `${name}.png`) });
    };
    await who.go('/bureau');
    await shoot('register', 900);
    await who.go('/bureau/committees?state=draft');
    await who.page.click('main tbody a >> nth=0');
    await shoot('register-committee', 900);
    assert.deepEqual(who.faults, []);
  } finally {
    await who.close();
  }
});
