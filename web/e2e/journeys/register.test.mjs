import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examine, h1, journey, said, signIn, staff, visitor, weigh } from '../kit.mjs';

const path = (page) => new URL(page.url()).pathname;
const send = (page) => page.click('main form button.btn >> nth=0');

const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==', 'base64');

// numbered gives an identity number of a woman who was born in a year: 17 digits and their check character.
function numbered(run, year) {
  const digits = `350502${year}0101${String(run % 500 * 2).padStart(3, '0')}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = [...digits].reduce((n, c, i) => n + Number(c) * weights[i], 0);
  return digits + '10X98765432'[sum % 11];
}

journey('a bureau sets up a committee from nothing to active', async (who) => {
  const { page } = who;
  const mark = String(Date.now()).slice(-6); // another committee each time
  await signIn(who, 'county');
  await page.waitForURL('**/reports');
  await page.click('nav a:text-is("调委会")');
  await page.click('nav.tabs a:text-is("调委会登记")');
  assert.equal(await h1(page), '调委会登记');
  await examine(who, 'register-home');
  await page.click('main .hd a.pri');
  assert.equal(await h1(page), '筹备调委会');
  await examine(who, 'register-draft');

  await page.check('[name=type][value="02"]', { force: true });
  await page.fill('[name=name]', `试设${mark}人民调解委员会`);
  await send(page);
  assert.ok(await page.locator('#error-summary').count());
  assert.equal(await page.inputValue('[name=name]'), `试设${mark}人民调解委员会`);
  await page.fill('[name=short_name]', `试设${mark}`);
  await page.selectOption('[name=area_code]', '350503001001');
  await send(page);
  await page.waitForURL(/\/bureau\/committees\/[0-9a-f-]{36}/);
  const home = path(page);
  assert.match(await said(page), /启用前还差/);
  for (const rule of ['O1', 'O2', 'O5']) assert.ok((await said(page)).includes(rule));
  await examine(who, 'register-committee-begun');

  await who.go(`${home}/activate`);
  assert.match(await said(page), /现在还不能办理/);
  assert.equal(await page.locator('main form button.btn').count(), 0);

  await who.go(`${home}/election`);
  await page.check('[name=method][value="residents_representatives"]', { force: true });
  await page.fill('[name=electing]', '居民代表会议');
  await page.fill('[name=decided_on]', new Date(Date.now() - 3 * 864e5).toISOString().slice(0, 10));
  await page.setInputFiles('[name=file]', { name: '会议记录.png', mimeType: 'image/png', buffer: pixel });
  await examine(who, 'register-election');
  await send(page);
  await page.waitForURL(`**${home}?done=bureau_saved`);

  for (const [i, office] of ['chair', 'member', 'member'].entries()) {
    await who.go(`${home}/members`);
    if (i === 0) {
      await page.fill('[name="person.name"]', `孩子${mark}`);
      await page.fill('[name="person.id_number"]', '350502201501010021');
      await page.check('[name="person.citizen"]', { force: true });
      await send(page);
      assert.ok(await page.locator('#error-summary').count());
      assert.equal(await page.inputValue('[name="person.name"]'), `孩子${mark}`);
      await examine(who, 'register-member-refused');
    }
    await page.fill('[name="person.name"]', `委员${'甲乙丙'[i]}${mark}`);
    await page.fill('[name="person.id_number"]', numbered(Number(mark) + i, who.js ? 1980 : 1981));
    await page.check('[name="person.citizen"]', { force: true });
    await page.check(`[name=office][value=${office}]`, { force: true });
    await page.check('[name=full_time]', { force: true });
    await send(page);
    await page.waitForURL(`**${home}?done=bureau_saved`);
  }
  assert.match(await said(page), /条件已经具备/);
  await page.click('main .notice.ok a.btn');
  assert.equal(path(page), `${home}/activate`);
  await send(page);
  await page.waitForURL(`**${home}?done=bureau_active`);
  assert.match(await said(page), /已设立/);

  await page.click('main a[href$="/seal"] >> nth=0');
  await page.fill('[name=made_on]', new Date(Date.now() - 2 * 864e5).toISOString().slice(0, 10));
  await page.fill('[name=keeper]', `委员甲${mark}`);
  await page.setInputFiles('[name=file]', { name: '印模.png', mimeType: 'image/png', buffer: pixel });
  await send(page);
  await page.waitForURL(`**${home}?done=bureau_saved`);
  assert.match(await said(page), new RegExp(`保管人：委员甲${mark}`));
  await examine(who, 'register-committee');

  await who.go('/bureau/notices/due');
  assert.match(await said(page), new RegExp(`试设${mark}人民调解委员会`));
  await examine(who, 'register-letter');
  if (who.js) await page.emulateMedia({ media: 'print' });
  assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= window.innerWidth));
}, { timeout: 240_000 });

journey('a table of compounds is tried before it is entered', async (who) => {
  const { page } = who;
  const mark = String(Date.now()).slice(-6);
  const csv = ['小区名称,区划代码,地址,户数,物业企业,物业调委会', `试算花园${mark},350503001001,湖心街,860,安居物业,`, `坏行花园${mark},350503001001,,很多,,`].join('\n');
  await signIn(who, 'county');
  await page.waitForURL('**/reports');
  await who.go('/bureau/imports');
  assert.equal(await h1(page), '表格导入导出');
  await examine(who, 'register-tables');
  await page.check('[name=kind][value=compounds]', { force: true });
  await page.setInputFiles('[name=file]', { name: '小区.csv', mimeType: 'text/csv', buffer: Buffer.from(`\uFEFF${csv}`) });
  await page.click('main form[enctype] button.btn');
  await page.waitForURL(/\/bureau\/imports\/[0-9a-f-]{36}/);
  assert.match(await said(page), /可以录入 1 行，已经登记过 0 行，不能录入 1 行/);
  await examine(who, 'register-table-tried');
  await page.click('main form[action$="/enter"] button');
  await page.waitForURL(/done=bureau_entered/);
  await who.go(`/bureau/compounds?county=350503&q=${encodeURIComponent(`试算花园${mark}`)}`);
  assert.match(await said(page), new RegExp(`试算花园${mark}`));
  await page.click('main tbody a >> nth=0');
  assert.match(await said(page), /未覆盖/);
  await examine(who, 'register-compound');
});

test('the register is light', async () => {
  const who = await visitor();
  try {
    await signIn(who, 'supervisor');
    const cookies = Object.fromEntries((await who.context.cookies()).map((c) => [c.name, c.value]));
    for (const page of ['/bureau', '/bureau/attention', '/bureau/committees/new?county=350582', '/bureau/imports']) await weigh(page, staff, cookies);
  } finally {
    await who.close();
  }
});
