import assert from 'node:assert/strict';
import { examine, h1, journey, said, signIn, visitor } from '../kit.mjs';

const path = (page) => new URL(page.url()).pathname;

journey('the administrator of safety enters an officer and gives a post, and ends it while the officer works', async (who) => {
  const { page } = who;
  await signIn(who, 'security');
  await who.go('/accounts');
  assert.equal(await h1(page), '账号');
  await examine(who, 'posts-list');
  await page.click('main a[href="/accounts/new"]');
  const form = 'main form[method=post]';
  await page.fill(`${form} [name=login]`, `officer.${who.js ? 'with' : 'without'}`);
  await page.selectOption(`${form} [name=county]`, '350503');
  await page.click(`${form} button`);
  assert.match(await page.innerText('#error-summary'), /姓名/);
  await examine(who, 'posts-new');
  await page.fill(`${form} [name=name]`, '杨素贞');
  await page.click(`${form} button`);
  assert.equal(await h1(page), '账号已开通');
  const first = await page.innerText('main .spelled');
  await page.click('main a.btn:not(.sec)');
  await page.check('main [name=role][value=station_officer]');
  await page.selectOption('main [name=area_code]', '350503001000');
  await page.click('main form[action$="/posts"] button');
  assert.match(await said(page), /岗位已授予/);
  await examine(who, 'posts-one');

  const officer = await visitor({ js: who.js });
  await officer.go('/sign-in');
  await officer.page.fill('[name=login]', `officer.${who.js ? 'with' : 'without'}`);
  await officer.page.fill('[name=password]', first);
  await officer.page.click('main form button.btn');
  assert.equal(path(officer.page), '/password');
  await officer.page.fill('[name=old]', first);
  await officer.page.fill('[name=new]', 'ginkgo-by-the-well-2026');
  await officer.page.click('main form button.btn');
  await officer.page.fill('[name=login]', `officer.${who.js ? 'with' : 'without'}`);
  await officer.page.fill('[name=password]', 'ginkgo-by-the-well-2026');
  await officer.page.click('main form button.btn');
  await officer.page.waitForURL('**/desk');
  await officer.go('/posts');
  assert.match(await said(officer.page), /司法所人员/);
  await examine(officer, 'posts-mine');

  await page.click('main form[action$="/posts/end"] button');
  assert.match(await said(page), /岗位已结束/);
  await officer.go('/desk/cases');
  assert.equal(path(officer.page), '/sign-in');
  await officer.close();
}, { timeout: 120_000 });
