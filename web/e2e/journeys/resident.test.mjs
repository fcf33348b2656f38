import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examine, h1, journey, resident, visitor, weigh } from '../kit.mjs';
import { choose, codes, enters, filed, go_on, invited, met, path, signs, texted, told } from '../people.mjs';

journey('a resident files a dispute, one question a page, and follows it', async (who) => {
  const { page } = who;
  await told(who, (name) => examine(who, name));
  const text = await page.innerText('main');
  for (const said of ['林秀英', '陈志强', '未填写', '少林社区', '不知道']) assert.ok(text.includes(said), said);
  await page.click('dd.act a[href^="/file/facts"]');
  assert.match(await page.inputValue('textarea'), /天花板发霉/);
  await page.fill('textarea', '改过的经过');
  await go_on(page);
  assert.ok((await page.innerText('main')).includes('改过的经过'));
  const given = await filed(who);
  assert.match(given.reference, /^[2-9A-Z]{4}-[2-9A-Z]{4}$/);
  assert.match(given.code, /^[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{5}$/);
  await examine(who, 'file-done');
  await page.reload();
  assert.equal(await page.innerText('.panel .ref'), given.reference);
  await page.goBack(); // the browser's own way back harms nothing
  await who.go('/file/done');
  await go_on(page);
  assert.match(path(page), /^\/mine\//);
  await examine(who, 'mine-registered');
  const elsewhere = await visitor({ js: who.js, width: who.js ? 1440 : 390 });
  try {
    const id = await enters(elsewhere, { reference: given.reference.toLowerCase(), code: given.code.replaceAll('-', ' ') });
    assert.equal(`/mine/${id}`, path(page));
  } finally {
    await elsewhere.close();
  }
});

journey('a resident leaves off and goes on', async (who) => {
  const { page } = who;
  await who.go('/file/place');
  await choose(page, 'area_code', '350527000000'); // a county without towns on the list
  assert.equal(path(page), '/file/about');
  await who.go('/file');
  await examine(who, 'file-resume');
  await page.click('main .card a.btn');
  assert.equal(path(page), '/file/about');
  await page.click('.back a');
  assert.equal(path(page), '/file/place');
  await who.go('/file/forget');
  await examine(who, 'file-forget');
  await go_on(page);
  assert.ok(!(await page.innerText('main')).includes('接着填写'));
});

journey('what is wrong is said, and what was typed is kept', async (who) => {
  const { page } = who;
  await who.go('/file/place');
  await go_on(page);
  assert.match(await page.title(), /^错误：/);
  await page.waitForSelector('#error-summary:focus'); // at the page's first drawing, which may come after it is read
  await examine(who, 'file-place-error');
  await choose(page, 'area_code', '350527000000');
  await choose(page, 'category', '99');
  await choose(page, 'danger', 'unsaid');
  await page.fill('textarea', '说来话长');
  await go_on(page);
  await go_on(page);
  await go_on(page);
  await page.fill('[name="applicant.name"]', '林秀英');
  await page.fill('[name="applicant.phone"]', '12345');
  await go_on(page);
  assert.equal(await page.inputValue('[name="applicant.phone"]'), '12345');
  await examine(who, 'file-you-error');
  await who.go('/follow');
  await page.fill('[name=reference]', '7K3M-9XQ2');
  await go_on(page);
  assert.equal(await page.inputValue('[name=reference]'), '7K3M-9XQ2');
  await examine(who, 'follow-error');
  await page.click('main a[href="/follow/lost"]');
  await examine(who, 'follow-lost');
});

journey('what is not for mediation is led elsewhere, in both languages', async (who) => {
  await who.go('/file/not-for-us');
  assert.ok((await who.page.innerText('main')).includes('110'));
  await examine(who, 'not-for-us');
  await who.page.click('.top button:text-is("English")');
  await who.page.waitForSelector('html[lang=en]');
  assert.equal(await h1(who.page), 'What is for others');
  await examine(who, 'not-for-us-en');
});

journey('the other side answers freely, and may change its mind', async (lin) => {
  const chen = await visitor({ js: lin.js, width: lin.js ? 1440 : 390 });
  try {
    const { id } = await invited(lin, chen);
    const { page } = chen;
    assert.ok(!(await page.innerText('main')).includes('漏水'), 'what the applicant wrote is not shown');
    await examine(chen, 'mine-asked');
    await page.click('main .acts a.btn');
    await examine(chen, 'mine-answer');
    await go_on(page);
    assert.match(await page.title(), /^错误：/);
    await page.check('input[name=consent][value=refused]', { force: true });
    await go_on(page);
    await examine(chen, 'mine-refuse');
    await go_on(page);
    await examine(chen, 'mine-refused');
    await page.click('main .acts a.btn');
    await examine(chen, 'mine-reconsider');
    await go_on(page);
    assert.equal(path(page), `/mine/${id}`);
    assert.ok((await page.innerText('main')).includes('您已经表示愿意调解'));
    assert.deepEqual(chen.faults, []);
  } finally {
    await chen.close();
  }
});

const photo = { name: '天花板.png', mimeType: 'image/png', buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==', 'base64') };

journey('both sides meet; one hands in a photo, one asks for another mediator and ends it', async (lin) => {
  const chen = await visitor({ js: lin.js, width: lin.js ? 1440 : 390 });
  try {
    const known = await invited(lin, chen);
    await met(known);
    const home = `/mine/${known.id}`;
    await chen.go(home);
    assert.ok(!(await chen.page.innerText('main')).includes('不给当事人看的记录'));
    await examine(chen, 'mine-met');
    await lin.go(`${home}/attach`);
    await examine(lin, 'mine-attach');
    await lin.page.setInputFiles('input[type=file]', photo);
    await go_on(lin.page);
    assert.ok((await lin.page.innerText('main')).includes('天花板.png'));
    await chen.go(`${home}/mediator`);
    await examine(chen, 'mine-mediator');
    await go_on(chen.page);
    assert.ok(!(await chen.page.innerText('main')).includes(known.at.name), 'the mediator has withdrawn');
    await chen.go(`${home}/end`);
    await examine(chen, 'mine-end');
    await go_on(chen.page);
    assert.ok((await chen.page.innerText('main')).includes('调解已经停止'));
    await examine(chen, 'mine-ended');
    await lin.go(home);
    assert.ok((await lin.page.innerText('main')).includes('陈志强要求停止'));
    assert.deepEqual(chen.faults, []);
  } finally {
    await chen.close();
  }
});

journey('a party reads the whole agreement before it signs, and says whether it was kept', async (lin) => {
  const chen = await visitor({ js: lin.js, width: lin.js ? 1440 : 390 });
  try {
    const known = await invited(lin, chen);
    await met(known);
    const { id, at, parties } = known;
    const [asks, owes] = ['applicant', 'respondent'].map((role) => parties.find((p) => p.role === role).id);
    const due = new Date(Date.now() + 10 * 864e5).toISOString().slice(0, 10);
    await at.does(id, 'fix-agreement', { facts: '卫生间渗水', issues: '维修和赔偿', clauses: [{ text: '陈志强赔偿林秀英粉刷费用。',
      obligation: { debtor_party_id: owes, creditor_party_id: asks, kind: 'pay', amount_fen: 180000, due, manner: '微信转账' } }] });
    await lin.go(`/mine/${id}`);
    await examine(lin, 'mine-pending');
    await lin.page.click('main .acts a.btn');
    const text = await lin.page.innerText('main');
    for (const said of ['卫生间渗水', '陈志强赔偿林秀英粉刷费用', '1,800.00', '微信转账']) assert.ok(text.includes(said), said);
    await examine(lin, 'mine-sign');
    const before = await codes();
    await go_on(lin.page);
    assert.ok((await lin.page.innerText('main')).includes('138****8000'));
    await examine(lin, 'mine-sign-code');
    await signs(lin);
    await lin.page.fill('[name=code]', '000000');
    await go_on(lin.page);
    assert.match(await lin.page.title(), /^错误：/);
    await examine(lin, 'mine-sign-error');
    await lin.page.fill('[name=code]', await texted(before));
    await go_on(lin.page);
    assert.equal(path(lin.page), `/mine/${id}`);
    const { agreements } = await at.sees(id);
    assert.deepEqual(agreements[0].signatures.map((one) => [one.party_id, one.kind]), [[asks, lin.js ? 'drawn' : 'code']]);
    for (const who of [{ party_id: owes }, { mediator_id: await at.row() }, { seal: true }]) {
      await at.does(id, 'sign', { ...who, kind: 'wet_ink', text_hash: agreements[0].text_hash });
    }
    await chen.go(`/mine/${id}`);
    await examine(chen, 'mine-performing');
    await chen.page.click('main .acts a.btn');
    await examine(chen, 'mine-performance');
    await chen.page.check('input[name=state][value=performed]', { force: true });
    await go_on(chen.page);
    assert.ok((await chen.page.innerText('main')).includes('做到了'));
    assert.deepEqual(chen.faults, []);
  } finally {
    await chen.close();
  }
});

journey('a party says how it may be reached, keeps its receipt, and leaves at once', async (who) => {
  const { page } = who;
  await told(who);
  const { reference, code } = await filed(who);
  // The code to scan fills the form in; without JavaScript the form stays empty, and nothing of the code goes to the server.
  const scans = await visitor({ js: who.js, width: who.js ? 1440 : 390 });
  try {
    await scans.go(`/follow#${reference}.${code}`);
    assert.equal(await scans.page.inputValue('[name=code]'), who.js ? code : '');
    if (who.js) {
      assert.ok(!scans.page.url().includes('#'));
      await go_on(scans.page);
      assert.match(path(scans.page), /^\/mine\//);
    }
    assert.deepEqual(scans.faults, []);
  } finally {
    await scans.close();
  }
  const id = await enters(who, { reference, code });
  await who.go(`/mine/${id}/needs`);
  await examine(who, 'mine-needs');
  await page.check('input[name=contact][value=hours]', { force: true });
  await go_on(page);
  assert.match(await page.title(), /^错误：/);
  await page.fill('[name=from_hour]', '19');
  await page.fill('[name=to_hour]', '21');
  await page.check('input[name=help][value=large_print]', { force: true });
  await go_on(page);
  assert.ok((await page.innerText('main')).includes('以后照办'));
  await who.go(`/mine/${id}/companion`);
  await examine(who, 'mine-companion');
  await page.check('input[name=kind][value=companion]', { force: true });
  await page.fill('[name=name]', '林芳');
  await go_on(page);
  assert.ok((await page.innerText('main')).includes('林芳'));
  await who.go(`/mine/${id}/alone`);
  await examine(who, 'mine-alone');
  await who.go(`/mine/${id}/receipt`);
  await examine(who, 'mine-receipt');
  if (who.js) {
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift');
    await page.waitForURL('**/calendar');
  } else {
    await page.click('form.leave button');
  }
  assert.equal(path(page), '/calendar');
  assert.ok(!(await page.innerText('body')).includes('调解'));
  await examine(who, 'calendar');
  await who.go(`/mine/${id}`);
  assert.ok(!(await page.innerText('body')).includes('林秀英'));
});

test("a resident's pages are light", async () => {
  for (const p of ['/file', '/file/place', '/file/not-for-us', '/follow']) await weigh(p, resident);
});
