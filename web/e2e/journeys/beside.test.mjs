import assert from 'node:assert/strict';
import { base, examine, journey, password, signIn, visitor } from '../kit.mjs';
import { ask, choose, filed, go_on, invited, met, path, told } from '../people.mjs';

journey('a place is found by its name, danger is heard first, and what is under way is not filed twice', async (who) => {
  const { page } = who;
  await who.go('/file/place');
  await page.click('main a[href^="/file/find"]');
  await page.fill('[name=q]', '少');
  await go_on_get(page);
  await page.fill('[name=q]', '少林');
  await go_on_get(page);
  await examine(who, 'file-find');
  await page.check('input[name=place] >> nth=0', { force: true });
  await page.click('main form[method=post]:not(.leave) button.btn');
  assert.equal(path(page), '/file/about');
  await choose(page, 'category', '01');
  await page.check('input[name=danger][value=yes]', { force: true });
  await go_on(page);
  assert.equal(path(page), '/file/advice');
  assert.ok((await page.innerText('main')).includes('110'));
  await examine(who, 'file-advice');
  await who.go('/file/forget');
  await go_on(page);
  await told(who);
  await filed(who);
  await examine(who, 'file-done');
  const [copy] = await Promise.all([page.waitForEvent('download'), page.click('a[href="/file/done/copy"]')]);
  assert.match(copy.suggestedFilename(), /\.txt$/);
  await told(who);
  assert.equal(path(page), '/file/same');
  await examine(who, 'file-same');
});

// go_on_get sends a form that only asks.
async function go_on_get(page) {
  await page.click('main form[method=get] button.btn');
}

journey('a party sees, takes home and mends what is held about it, reads its messages and says how it was treated', async (lin) => {
  const chen = await visitor({ js: lin.js, width: lin.js ? 1440 : 390 });
  try {
    const { page } = lin;
    await lin.go('/privacy');
    await examine(lin, 'privacy');
    const known = await invited(lin, chen);
    const home = `/mine/${known.id}`;
    await met(known);
    await chen.go(`${home}/choose`);
    await examine(chen, 'mine-choose');
    await lin.go(`${home}/messages`);
    for (let i = 0; i < 30 && !(await page.locator('main form button.btn').count()); i++) { // nothing is read before it is sent
      await page.waitForTimeout(200);
      await page.reload();
    }
    await examine(lin, 'mine-messages');
    await go_on(page);
    await lin.go(`${home}/data`);
    await examine(lin, 'mine-data');
    await lin.go(`${home}/data/print`);
    await examine(lin, 'mine-data-print');
    await lin.go(`${home}/data/correction`);
    await examine(lin, 'mine-data-correction');
    await go_on(page);
    assert.match(await page.title(), /^错误：/);
    await page.check('input[name=item][value=address]', { force: true });
    await page.fill('[name=right]', '少林路 9 号');
    await go_on(page);
    assert.equal(path(page), `${home}/data`);
    await examine(lin, 'mine-data-asked');
    await lin.go(`${home}/data/erasure`);
    await examine(lin, 'mine-data-erasure');
    await chen.go(`${home}/end`);
    await go_on(chen.page);
    await lin.go(`${home}/opinion`);
    await examine(lin, 'mine-opinion');
    await go_on(page);
    await lin.go(`${home}/about`);
    await examine(lin, 'mine-about');
    assert.deepEqual([...lin.faults, ...chen.faults], []);
  } finally {
    await chen.close();
  }
});

journey('a chair prints a poster that is scanned, and answers what parties ask about their data', async (who) => {
  const { page } = who;
  await signIn(who, 'chair');
  const { actor } = await ask('POST', '/sessions', { login: 'chair', password });
  await who.go('/registry/compounds');
  await who.go('/posters/350503001001');
  if (await page.locator('main form button.btn').count()) await go_on(page);
  await examine(who, 'poster');
  const address = (await page.innerText('.poster .by')).trim();
  assert.ok(address.startsWith(base), address);
  await who.go('/data-requests');
  await examine(who, 'data-requests');
  if (await page.locator('main a[href^="/data-requests/"]').count()) {
    await page.locator('main a[href^="/data-requests/"]').first().click();
    await examine(who, 'data-request');
  }
  await who.go('/reports/funnel');
  await examine(who, 'funnel-chair');
  assert.ok(actor.posts.length > 0);
  const passer = await visitor({ js: who.js, width: who.js ? 1440 : 390 });
  try {
    await passer.page.goto(address);
    await examine(passer, 'file-scanned');
    await go_on(passer.page);
    assert.match(path(passer.page), /^\/file\/(compound|about)$/);
    await passer.go('/q/22222222');
    await examine(passer, 'file-no-such-place');
    assert.deepEqual(passer.faults, []);
  } finally {
    await passer.close();
  }
});

journey('a supervisor sees how many take part, and what parties say of how they were treated', async (who) => {
  await signIn(who, 'supervisor');
  await who.go('/reports/funnel');
  await examine(who, 'funnel');
  await who.go('/reports/opinion');
  await examine(who, 'opinion-report');
});
