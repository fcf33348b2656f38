import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { examine, h1, journey, password, said, signIn } from '../kit.mjs';
import { as, ask, mediator, path, place } from '../people.mjs';

// score fills a sheet in: every point, with a reason where it is not what the machine proposes, but for what is asked otherwise.
async function score(page, less = {}) {
  for (const input of await page.locator('[name^="points."]').all()) {
    const name = (await input.getAttribute('name')).slice('points.'.length);
    if (name in less) await input.fill(String(less[name]));
    await page.fill(`[name="remarks.${name}"]`, '已核对原件');
  }
}

// deskLine opens what the desk tells of a dossier's result, and gives its words.
async function deskLine(page, id) {
  const line = page.locator('main section.group li', { has: page.locator(`a[href="/review/results/${id}"]`) });
  const words = await line.innerText();
  await line.locator('a').click();
  return words;
}

journey('a bureau draws dossiers and looks, the mediator answers, and another decides', async (who) => {
  const { page } = who;
  await signIn(who, 'county');
  await page.waitForURL('**/reports');
  await page.click('nav a:text-is("核实与评查")');
  await page.click('nav.tabs a:text-is("卷宗评查")');
  assert.equal(await h1(page), '卷宗评查');
  await examine(who, 'review-rounds');
  await page.click('main a.pri');
  await examine(who, 'review-new');

  // A past period is no round, and says so; what was typed stays.
  const name = `试评 ${who.js ? '一' : '二'} ${randomUUID().slice(0, 4)}`;
  const over = new Date(Date.now() - 864e5).toISOString().slice(0, 10);
  await page.fill('[name=name]', name);
  await page.fill('[name=from]', `${new Date().getFullYear()}-01-01`);
  await page.fill('[name=to]', over);
  await page.fill('[name=rate_rest]', '100');
  await page.click('main form button.btn');
  assert.match(await page.innerText('#error-summary'), /时段已经结束/);
  assert.equal(await page.inputValue('[name=name]'), name);
  await page.check('[name=trial]', { force: true });
  await page.click('main form button.btn');
  await page.waitForURL(/\/review\/rounds\//);
  const round = path(page);
  assert.match(await said(page), /种子/);
  await page.fill('[name=logins]', '没有这个人');
  await page.click('main form[action$="/reviewers"] button');
  assert.match(await page.innerText('#error-summary'), /没有登录名/);
  await page.fill('[name=logins]', 'county，supervisor');
  await page.click('main form[action$="/reviewers"] button');
  await page.click('main form[action$="/draw"] button');
  await page.waitForURL(`**${round}?done=review_drawn`);
  await examine(who, 'review-round');

  // The bureau is told that dossiers wait for its own reviewer: one of the mediator's is looked at.
  const own = await dossierOf(round);
  await who.go('/review');
  await page.click('main a:has-text("等您评查")');
  assert.equal(path(page), '/review/mine');
  await examine(who, 'review-mine');
  await who.go(`/review/items/${own.id}`);
  assert.equal(await h1(page), own.case_no);
  assert.match(await said(page), /评分表/);
  await examine(who, 'review-item');
  await page.fill('[name="points.agreement"]', '5');
  await page.click('main form button.btn');
  assert.ok(await page.locator('#error-summary').count(), 'points are taken off without a reason');
  assert.equal(await page.inputValue('[name="points.agreement"]'), '5');
  await score(page, { agreement: 5 });
  await page.click('main form button.btn');
  await page.waitForURL('**/review/mine?done=review_submitted');
  assert.equal((await page.goto(new URL(`/review/items/${own.id}`, page.url()).href)).status(), 404, 'the dossier is still open to who reviewed it');

  // The mediator hears of the result where the day begins, and answers it once.
  await as(who, 'mediator', async (m) => {
    await m.page.waitForURL('**/desk');
    await examine(m, 'review-desk');
    assert.match(await deskLine(m.page, own.id), /前可以申诉/);
    assert.equal(path(m.page), `/review/results/${own.id}`);
    assert.ok(!(await said(m.page)).includes(own.reviewer), 'the result tells who reviewed');
    await m.page.fill('[name=text]', '不服');
    await m.page.click('main form button.btn');
    assert.match(await m.page.innerText('#error-summary'), /至少 10 个字/);
    assert.equal(await m.page.inputValue('[name=text]'), '不服');
    await m.page.fill('[name=text]', '协议写明了履行期限，请再看第一条。');
    await m.page.click('main form button.btn');
    assert.equal(await m.page.locator('main form textarea').count(), 0, 'it may be answered twice');
    await examine(m, 'review-result');
  });

  // Another decides, and the first one cannot.
  await who.go(`/review/items/${own.id}`);
  assert.doesNotMatch(await said(page), /评分表/);
  await as(who, 'supervisor', async (s) => {
    await s.page.waitForURL('**/reports');
    await s.go(`/review/items/${own.id}`);
    assert.match(await said(s.page), /请再看第一条/);
    await score(s.page, { agreement: 18 });
    await s.page.click('main form button.btn');
    await s.page.waitForURL('**/review/mine?done=review_submitted');
  });
  await as(who, 'mediator', async (m) => {
    await m.page.waitForURL('**/desk');
    assert.match(await deskLine(m.page, own.id), /的申诉已复核/);
    assert.equal(await m.page.locator('main section.card h2').filter({ hasText: '第' }).count(), 2, 'both sheets stay');
  });
  await who.go(`${round}/openings`);
  assert.match(await said(page), new RegExp(own.case_no.replace(/[（）]/g, '.')));
  await examine(who, 'review-openings');
  await who.go(round);
  assert.match(await said(page), /合格率区间|区间/);
}, { timeout: 400_000 });

// dossierOf is one of the demo mediator's that a round gave to the county's bureau.
async function dossierOf(round) {
  const reader = await ask('POST', '/sessions', { login: 'county', password });
  const home = (await ask('POST', '/sessions', { login: 'mediator', password })).actor.posts[0].committee_id;
  for (let cursor = ''; ; ) {
    const all = await ask('GET', `/review/rounds/${round.split('/').pop()}/items?limit=100${cursor}`, null, { value: reader.token });
    const found = all.items.find((i) => i.committee_id === home && i.reviewer === reader.actor.name && i.state === 'assigned');
    if (found) return found;
    assert.ok(all.next_cursor, 'none of the mediator was given to the county');
    cursor = `&cursor=${all.next_cursor}`;
  }
}

// What a rule sees holds the payment and the way to the court until somebody has looked: here two parties who gave one telephone.
journey('a bureau has the night look again, sees what was found and clears it', async (who) => {
  const { page } = who;
  const phone = `139${String(Date.now()).slice(-8)}`;
  const id = await settledOnOnePhone(phone);
  await signIn(who, 'county');
  await page.waitForURL('**/reports');
  await page.click('nav a:text-is("核实与评查")');
  assert.equal(await h1(page), '核实提示');
  await page.click('main form[action="/anomalies/look"] button');
  await page.waitForURL('**/anomalies?done=anomaly_looked');
  await examine(who, 'anomaly-list');
  const { found, others } = await flagsOf(id);
  await page.click(`main a[href="/anomalies/${found}"]`);
  assert.match(await said(page), /本案双方当事人登记的是同一个电话/);
  assert.ok(!(await said(page)).includes(phone), 'the telephone itself is shown');
  await examine(who, 'anomaly-one');

  // The mediator is asked to wait before going to court, and reads no evidence.
  await as(who, 'mediator', async (m) => {
    await m.page.waitForURL('**/desk');
    await m.go(`/desk/cases/${id}/apply-confirmation`);
    await m.page.fill('[name=court]', '泉州市丰泽区人民法院');
    await m.page.click('main form button.btn');
    assert.match(await m.page.innerText('#error-summary'), /核实/);
    assert.doesNotMatch(await said(m.page), /同一个电话|同一电话/);
    assert.equal((await m.page.goto(new URL('/anomalies', m.page.url()).href)).status(), 403);
  });

  await who.go(`/anomalies/${found}`);
  await page.fill('[name=reason]', '没有问题');
  await page.click('main form button.btn');
  assert.match(await page.innerText('#error-summary'), /至少 10 个字/);
  assert.equal(await page.inputValue('[name=reason]'), '没有问题');
  await page.fill('[name=reason]', '已电话核实：登记时误填了同一个号码，两人都认可协议。');
  await page.click('main form button.btn');
  await page.waitForURL('**?done=anomaly_cleared');
  assert.match(await said(page), /苏惠敏 核实/);
  await examine(who, 'anomaly-cleared');
  await others.clear(); // what other journeys of the day gave rise to
  await as(who, 'mediator', async (m) => {
    await m.page.waitForURL('**/desk');
    await m.go(`/desk/cases/${id}/apply-confirmation`);
    await m.page.fill('[name=court]', '泉州市丰泽区人民法院');
    await m.page.click('main form button.btn');
    assert.match(await said(m.page), /已经办好/, 'the case waits though it was looked into');
  });
}, { timeout: 400_000 });

// settledOnOnePhone is a case of the demo's mediator, settled in writing, whose two sides gave one telephone.
async function settledOnOnePhone(phone) {
  const who = await mediator();
  const row = await who.row();
  const called = [...phone.slice(-4)].map((d) => '零一二三四五六七八九'[d]).join(''); // nobody met before
  const party = (name) => ({ kind: 'person', name, phone });
  const made = await who.files({ title: '墙面渗水', category: '02', area_code: place.village, facts: '楼上漏水，墙面损坏，双方协商赔偿。', applicant: party(`甲${called}`), respondents: [party(`乙${called}`)] });
  const at = made.id;
  const { parties } = await who.sees(at);
  const ids = parties.map((p) => p.id);
  await who.does(at, 'ask-consent');
  for (const p of ids) await who.does(at, 'record-consent', { party_id: p, consent: 'agreed', channel: 'phone' });
  await who.does(at, 'accept');
  await who.does(at, 'assign', { host_mediator_id: row, chosen_by: 'committee' });
  await who.does(at, 'give-notice', { party_ids: ids, manner: 'oral' });
  await who.does(at, 'open-session', { starts_at: new Date().toISOString(), place: '调解室', kind: 'joint', attending: ids, record: '双方到场协商。', result: '达成一致。' });
  const due = new Date(Date.now() + 20 * 864e5).toISOString().slice(0, 10);
  await who.does(at, 'fix-agreement', { facts: '楼上漏水。', issues: '赔偿。', copies: 3, clauses: [{ text: '乙方赔偿甲方八百元，银行转账。', obligation: { kind: 'pay', debtor_party_id: ids[1], creditor_party_id: ids[0], amount_fen: 80000, due, manner: '银行转账' } }] });
  const hash = (await who.sees(at)).agreements[0].text_hash;
  for (const signer of [{ party_id: ids[0] }, { party_id: ids[1] }, { mediator_id: row }, { seal: true }]) await who.does(at, 'sign', { ...signer, kind: 'wet_ink', text_hash: hash });
  return at;
}

// flagsOf are the open flags of a case: the one about the telephone, and whatever else, which a program of the bureau clears.
async function flagsOf(id) {
  const token = { value: (await ask('POST', '/sessions', { login: 'county', password })).token };
  const { items } = await ask('GET', `/anomalies?case_id=${id}`, null, token);
  const others = items.filter((f) => f.rule !== 'same_phone');
  return {
    found: items.find((f) => f.rule === 'same_phone').id,
    others: { clear: async () => { for (const f of others) await ask('POST', `/anomalies/${f.id}/clear`, { version: f.version, reason: '同一天的其他演示案件，已核对登记。' }, token); } },
  };
}
