import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, examine, h1, journey, resident, visitor, weigh } from '../kit.mjs';

journey('a visitor reads the home page', async (who) => {
  await who.go('/');
  assert.equal(await h1(who.page), '有矛盾，请人民调解员帮忙');
  const text = await who.page.innerText('main');
  for (const promise of ['免费', '保密', '自愿', '12348']) assert.ok(text.includes(promise), promise);
  assert.deepEqual(await who.page.locator('a.door').evaluateAll((as) => as.map((a) => a.getAttribute('href'))), ['/file', '/follow', '/sign-in']);
  await examine(who, 'home');
});

journey('a visitor chooses large type and comes back to the same page', async (who) => {
  await who.go('/sign-in');
  await who.page.click('.top button:text-is("长辈版")');
  await who.page.waitForFunction(() => document.documentElement.classList.contains('large'));
  assert.equal(new URL(who.page.url()).pathname, '/sign-in');
  await who.go('/');
  const size = await who.page.evaluate(() => parseFloat(getComputedStyle(document.querySelector('.promises li')).fontSize));
  assert.ok(size >= 18, `${size} px`);
  await who.page.click('.foot button:text-is("特大字")');
  await who.page.waitForFunction(() => document.documentElement.classList.contains('extra'));
  await who.go('/');
  assert.ok(await who.page.evaluate(() => parseFloat(getComputedStyle(document.querySelector('.promises li')).fontSize)) >= 30);
});

journey('a visitor reads English', async (who) => {
  await who.go('/');
  await who.page.click('.top button:text-is("English")');
  await who.page.waitForSelector('html[lang=en]');
  assert.equal(await h1(who.page), "In a dispute? A people's mediator can help");
  await examine(who, 'home-en');
  await who.page.click('.top button:text-is("中文")');
  await who.page.waitForSelector('html[lang=zh-CN]');
});

journey('a wrong password is said plainly, and the account name is kept', async (who) => {
  await who.go('/sign-in');
  await examine(who, 'sign-in');
  await who.page.fill('input[name=login]', 'nobody-of-that-name');
  await who.page.fill('input[name=password]', 'wrong');
  await who.page.click('main button');
  assert.match(await who.page.title(), /^错误：/);
  await who.page.waitForSelector('#error-summary:focus'); // at the page's first drawing, which may come after it is read
  assert.equal(await who.page.inputValue('input[name=login]'), 'nobody-of-that-name');
  assert.equal(await who.page.inputValue('input[name=password]'), '');
  await examine(who, 'sign-in-wrong');
});

journey('a page that does not exist says so', async (who) => {
  const answer = await who.go('/no/such/page');
  assert.equal(answer.status(), 404);
  assert.equal(await h1(who.page), '没有找到这个页面');
  await examine(who, 'missing');
  await who.page.click('main a.btn');
  assert.equal(new URL(who.page.url()).pathname, '/');
});

test('what is typed is not lost when the type grows', async () => {
  const who = await visitor();
  try {
    await who.go('/sign-in');
    await who.page.fill('input[name=login]', 'half-typed');
    await who.page.click('.top button:text-is("长辈版")');
    await who.page.waitForSelector('html.large');
    assert.equal(await who.page.inputValue('input[name=login]'), 'half-typed');
  } finally {
    await who.close();
  }
});

test('the keyboard alone reaches everything, and focus is seen', async () => {
  const who = await visitor();
  try {
    await who.go('/');
    await who.page.keyboard.press('Tab');
    assert.equal(await who.page.evaluate(() => document.activeElement.className), 'skip');
    await who.page.keyboard.press('Enter');
    assert.equal(await who.page.evaluate(() => document.activeElement.id), 'main');
    await who.page.keyboard.press('Tab');
    const outline = await who.page.evaluate(() => getComputedStyle(document.activeElement).outlineColor);
    assert.equal(outline, 'rgb(255, 221, 0)');
  } finally {
    await who.close();
  }
});

test('a first page is light', async () => {
  for (const path of ['/', '/sign-in', '/no/such/page']) await weigh(path, resident);
});

test('headers', async () => {
  for (const path of ['/', '/sign-in', '/no/such/page']) {
    const { headers } = await fetch(base + path);
    assert.match(headers.get('content-security-policy'), /^default-src 'self'/);
    assert.doesNotMatch(headers.get('content-security-policy'), /unsafe/);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.equal(headers.get('referrer-policy'), 'same-origin');
    assert.equal(headers.get('cache-control'), 'no-store');
  }
});
