import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base, examine, h1, journey, password, resident, visitor, weigh } from '../kit.mjs';

const place = { county: '350503000000', town: '350503001000', village: '350503001001' }; // where the demo's mediator works

// ask speaks to the API as somebody of the demo city would with a program of their own.
async function ask(method, path, body, token) {
  const headers = { 'content-type': 'application/json', 'if-match': '*' };
  if (token) headers.authorization = `Bearer ${token.value}`;
  if (body && body.version) headers['if-match'] = `"${body.version}"`;
  const { version, ...rest } = body || {};
  const answer = await fetch(`${base}/api/v1${path}`, { method, headers, body: method === 'GET' ? undefined : JSON.stringify(rest) });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : {};
}

// mediator is the demo's mediator at work.
async function mediator() {
  const session = await ask('POST', '/sessions', { login: 'mediator', password });
  const token = { value: session.token };
  const committee = session.actor.posts[0].committee_id;
  return {
    name: session.actor.name,
    // row is their own entry in the register of mediators.
    row: async () => (await ask('GET', `/registry/mediators?committee_id=${committee}`, null, token)).items.find((m) => m.name === session.actor.name).id,
    sees: (id) => ask('GET', `/cases/${id}`, null, token),
    async does(id, event, body = {}) {
      const { version } = await ask('GET', `/cases/${id}`, null, token);
      return ask('POST', `/cases/${id}/${event}`, { ...body, version }, token);
    },
    invites: (id, party) => ask('POST', `/cases/${id}/invitations`, { party_id: party, channel: 'letter' }, token),
  };
}

const go_on = (page) => page.click('main form button.btn');
const path = (page) => new URL(page.url()).pathname;

// choose takes one answer, of radios or of a list.
async function choose(page, name, value) {
  if (await page.locator(`select[name="${name}"]`).count()) await page.selectOption(`select[name="${name}"]`, value);
  else await page.check(`input[name="${name}"][value="${value}"]`, { force: true });
  await go_on(page);
}

// told walks to the check page; look is called on every page.
async function told(who, look = async () => {}) {
  const { page } = who;
  await who.go('/file');
  await look('file-start');
  await page.click('main a.btn');
  await look('file-place');
  await choose(page, 'area_code', place.county);
  await look('file-town');
  await choose(page, 'area_code', place.town);
  await look('file-village');
  await choose(page, 'area_code', place.village);
  if (path(page) === '/file/compound') {
    await look('file-compound');
    await choose(page, 'compound_id', 'none');
  }
  await look('file-about');
  await choose(page, 'category', '02');
  await look('file-safe');
  await choose(page, 'danger', 'no');
  await look('file-facts');
  await page.fill('textarea[name=facts]', '楼上卫生间漏水，天花板发霉。\n说了两次没有人管。');
  await go_on(page);
  await look('file-wish');
  await go_on(page);
  await look('file-photos');
  await go_on(page);
  await look('file-you');
  await page.fill('[name="applicant.name"]', '林秀英');
  await page.fill('[name="applicant.phone"]', '138 0013 8000');
  await go_on(page);
  await look('file-other');
  await page.fill('[name="respondents.0.name"]', '陈志强');
  await page.check('[name=unknown]', { force: true });
  await go_on(page);
  assert.equal(path(page), '/file/check');
  await look('file-check');
}

// filed sends the answers and reads what was given.
async function filed(who) {
  await go_on(who.page);
  assert.equal(path(who.page), '/file/done');
  return { reference: await who.page.innerText('.panel .ref'), code: await who.page.innerText('.card .n') };
}

// enters opens a case by reference and code, and gives the case's id.
async function enters(who, { reference, code }) {
  await who.go('/follow');
  await who.page.fill('[name=reference]', reference);
  await who.page.fill('[name=code]', code);
  await go_on(who.page);
  return path(who.page).replace('/mine/', '');
}

// invited files a case and lets both sides in.
async function invited(lin, chen) {
  await told(lin);
  const given = await filed(lin);
  const id = await enters(lin, given);
  const at = await mediator();
  await at.does(id, 'ask-consent');
  const { parties } = await at.sees(id);
  const other = parties.find((p) => p.role === 'respondent').id;
  const { letter } = await at.invites(id, other);
  await enters(chen, letter);
  return { id, at, parties, given };
}

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
  const elsewhere = await visitor({ js: who.js });
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
  assert.equal(await page.evaluate(() => document.activeElement.id), 'error-summary');
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
  const chen = await visitor({ js: lin.js });
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

// met brings an invited case to its first session.
async function met({ id, at, parties }) {
  const ids = parties.map((p) => p.id);
  for (const one of ids) await at.does(id, 'record-consent', { party_id: one, consent: 'agreed', channel: 'phone' });
  await at.does(id, 'accept');
  await at.does(id, 'assign', { host_mediator_id: await at.row(), chosen_by: 'parties' });
  await at.does(id, 'give-notice', { party_ids: ids, manner: 'oral' });
  await at.does(id, 'open-session', { starts_at: new Date(Date.now() - 1000).toISOString(), place: '社区调解室', kind: 'joint', attending: ids, record: '不给当事人看的记录' });
}

const photo = { name: '天花板.png', mimeType: 'image/png', buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==', 'base64') };

journey('both sides meet; one hands in a photo, one asks for another mediator and ends it', async (lin) => {
  const chen = await visitor({ js: lin.js });
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

// codes are those in the messages of the demo, which shows what it would have sent, newest first.
async function codes() {
  const page = await (await fetch(`${base}/demo/messages`, { headers: { 'accept-language': 'zh-CN' } })).text();
  return [...page.matchAll(/验证码 (\d{6})/g)].map((m) => m[1]);
}

// texted waits for one more code than there were.
async function texted(before) {
  for (let i = 0; i < 50; i++) {
    const now = await codes();
    if (now.length > before.length) return now[0];
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error('no code was sent');
}

// signs writes a name: by hand where the page can be drawn on, typed elsewhere.
async function signs({ page, js }) {
  if (!js) {
    await page.fill('[name=name]', '林秀英');
    return;
  }
  const sheet = page.locator('[data-draw] canvas');
  await sheet.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await sheet.boundingBox();
  for (const [from, to] of [[0.1, 0.4], [0.5, 0.8]]) {
    await page.mouse.move(x + from * width, y + 0.3 * height);
    await page.mouse.down();
    for (let i = 1; i <= 12; i++) await page.mouse.move(x + (from + ((to - from) * i) / 12) * width, y + (0.3 + 0.3 * Math.sin(i)) * height);
    await page.mouse.up();
  }
}

journey('a party reads the whole agreement before it signs, and says whether it was kept', async (lin) => {
  const chen = await visitor({ js: lin.js });
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
  const scans = await visitor({ js: who.js });
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
