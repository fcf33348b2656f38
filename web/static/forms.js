// What is typed is not lost: it is kept on this device until the server has it, without a network too. And two helps where
// the browser has them: speaking instead of typing, and photos made smaller before they are sent. Nothing here is needed.
(function () {
  'use strict';
  const say = document.currentScript.dataset;
  const prefix = 'fengqiao ';
  const kept = 30 * 24 * 3600 * 1000; // as long as the server keeps answers
  const here = location.pathname + location.search;
  const store = (function () {
    try {
      localStorage.setItem(prefix, '1');
      localStorage.removeItem(prefix);
      return localStorage;
    } catch (err) { return null; }
  })();

  function names() { return Object.keys(store).filter(function (name) { return name.indexOf(prefix) === 0; }); }
  function read(name) {
    try {
      const entry = JSON.parse(store.getItem(name));
      if (entry && Date.now() - entry.at < kept) return entry;
    } catch (err) { /* not ours, or cut off */ }
    store.removeItem(name);
    return null;
  }
  function write(name, entry) {
    entry.at = Date.now();
    try { store.setItem(name, JSON.stringify(entry)); } catch (err) { /* it is full: typing goes on */ }
  }
  function forget() { if (store) names().forEach(function (name) { store.removeItem(name); }); }

  // notice says something above the page, with what can be done about it.
  function notice(kind, text, acts) {
    const box = document.createElement('div');
    box.className = 'notice ' + kind;
    box.setAttribute('role', 'status');
    const line = box.appendChild(document.createElement('p'));
    line.textContent = text;
    (acts || []).forEach(function (act) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'sbtn';
      button.textContent = act[0];
      button.addEventListener('click', function () { box.remove(); act[1](); });
      box.appendChild(button);
    });
    const main = document.getElementById('main');
    main.insertBefore(box, main.firstChild);
  }

  // whenBack acts once the server can be reached again: a telephone says that it is back before it is.
  function whenBack(act) {
    let pause = 2000;
    let done = false;
    let timer;
    function look() {
      clearTimeout(timer);
      fetch('/offline.js', { cache: 'no-store' }).then(function () {
        if (!done) { done = true; act(); }
      }, function () {
        pause = Math.min(2 * pause, 60000);
        timer = setTimeout(look, pause);
      });
    }
    window.addEventListener('online', look);
    timer = setTimeout(look, pause);
  }

  // sending notes from which page it goes, so that the next one knows what became of it.
  function sending(name, entry) {
    entry.waits = false;
    entry.from = here;
    write(name, entry);
  }

  // post sends what was kept, as the form would have: with its one-time key, so that twice is once.
  function post(name, entry) {
    sending(name, entry);
    const form = document.createElement('form');
    form.method = 'post';
    form.action = entry.to;
    entry.body.forEach(function (pair) {
      const field = document.createElement('input');
      field.type = 'hidden';
      field.name = pair[0];
      field.value = pair[1];
      form.appendChild(field);
    });
    form.hidden = true;
    document.body.appendChild(form);
    form.submit();
  }

  function told(form) { return [].filter.call(form.elements, function (el) { return el.name && !/^(hidden|file|password|submit|button)$/.test(el.type); }); }
  function values(form) {
    return told(form).map(function (el) { return /^(radio|checkbox)$/.test(el.type) ? el.checked : el.value; });
  }

  // keep looks after one form: what was typed comes back, and goes when the server has it.
  function keep(form) {
    const name = prefix + here;
    const shown = JSON.stringify(values(form));
    const entry = read(name);
    if (entry && JSON.stringify(entry.values) !== shown && entry.values.length === told(form).length && !document.body.dataset.fault) {
      told(form).forEach(function (el, i) {
        if (typeof entry.values[i] === 'boolean') el.checked = entry.values[i];
        else el.value = entry.values[i];
      });
      notice('info', say.back, [[say.clear, function () { store.removeItem(name); form.reset(); }]]);
    }
    function save() {
      if (JSON.stringify(values(form)) === shown) store.removeItem(name);
      else write(name, { values: values(form), page: here });
    }
    let soon;
    form.addEventListener('input', function () { clearTimeout(soon); soon = setTimeout(save, 300); });
    form.addEventListener('change', save);
    form.addEventListener('submit', function (event) {
      clearTimeout(soon);
      const body = [];
      new FormData(form).forEach(function (value, key) { if (typeof value === 'string') body.push([key, value]); });
      if (event.submitter && event.submitter.name) body.push([event.submitter.name, event.submitter.value]);
      const sent = { values: values(form), page: here, to: form.getAttribute('action'), body: body };
      sending(name, sent);
      if (navigator.onLine !== false) return;
      event.preventDefault();
      sent.waits = true;
      write(name, sent);
      notice('warn', say.waits);
      whenBack(function () { post(name, sent); });
    });
  }

  // settle finds out what became of what was sent from the page before this one.
  function settle() {
    const offline = document.getElementById('waits');
    const from = document.referrer.indexOf(location.origin) === 0 ? document.referrer.slice(location.origin.length) : '';
    names().forEach(function (name) {
      const entry = read(name);
      if (!entry || !entry.to) return;
      if (offline && (entry.to === here || entry.waits)) {
        entry.waits = true;
        write(name, entry);
        offline.hidden = false;
        whenBack(function () { post(name, entry); });
      } else if (!offline && !entry.waits && entry.from === from && !document.body.dataset.fault && here !== entry.page) {
        store.removeItem(name); // the server answered with the next page
      } else if (!offline && here !== entry.page && !document.body.dataset.fault) {
        notice('warn', say.unsent, [[say.send, function () { post(name, entry); }], [say.drop, function () { store.removeItem(name); }]]);
      }
    });
    if (offline && offline.hidden && location.pathname !== '/offline') whenBack(function () { location.reload(); });
  }

  if (store) {
    if (/[?&]done=forgotten/.test(here)) forget();
    settle();
    [].forEach.call(document.querySelectorAll('form[data-keep]'), keep);
    [].forEach.call(document.querySelectorAll('form.leave, form.out'), function (form) { form.addEventListener('submit', forget); });
    window.addEventListener('leaving', forget);
  }

  if ('serviceWorker' in navigator && window.isSecureContext) navigator.serviceWorker.register('/offline.js').catch(function () {});

  // Paper, where the browser can print.
  [].forEach.call(document.querySelectorAll('[data-print]'), function (button) {
    button.hidden = !window.print;
    button.addEventListener('click', function () { window.print(); });
  });

  // Speaking instead of typing.
  const Hears = window.SpeechRecognition || window.webkitSpeechRecognition;
  if (Hears) [].forEach.call(document.querySelectorAll('form[data-keep] textarea'), function (area) {
    const button = document.createElement('button');
    let ear = null;
    button.type = 'button';
    button.className = 'sbtn speak';
    button.textContent = say.speak;
    button.setAttribute('aria-pressed', 'false');
    area.parentNode.insertBefore(button, area.nextSibling);
    function quiet() { ear = null; button.textContent = say.speak; button.setAttribute('aria-pressed', 'false'); }
    button.addEventListener('click', function () {
      if (ear) { ear.stop(); return; }
      ear = new Hears();
      ear.lang = document.documentElement.lang;
      ear.continuous = true;
      ear.onresult = function (event) {
        for (let i = event.resultIndex; i < event.results.length; i++) {
          if (event.results[i].isFinal) area.value += event.results[i][0].transcript;
        }
        area.dispatchEvent(new Event('input', { bubbles: true }));
      };
      ear.onend = quiet;
      ear.onerror = function (event) {
        quiet();
        if (event.error !== 'aborted' && event.error !== 'no-speech') notice('warn', say.deaf);
      };
      ear.start();
      button.textContent = say.stop;
      button.setAttribute('aria-pressed', 'true');
    });
  });

  // In large type a page can be read aloud, where the device has a voice.
  const voice = window.speechSynthesis;
  if (voice && window.SpeechSynthesisUtterance && /\b(large|extra)\b/.test(document.documentElement.className)) {
    const button = document.createElement('button');
    const main = document.getElementById('main');
    button.type = 'button';
    button.className = 'sbtn aloud';
    button.textContent = say.aloud;
    main.insertBefore(button, main.firstChild);
    button.addEventListener('click', function () {
      if (voice.speaking) { voice.cancel(); return; }
      const all = [].map.call(main.querySelectorAll('h1, h2, h3, p, li, legend, label, dt, dd'), function (el) {
        return el.offsetParent && !el.querySelector('p, li, label, h1') ? el.innerText.trim() : '';
      }).filter(Boolean);
      all.forEach(function (text, i) {
        const words = new SpeechSynthesisUtterance(text);
        words.lang = document.documentElement.lang;
        if (i === 0) words.onstart = function () { button.textContent = say.quiet; };
        words.onend = words.onerror = function () { if (!voice.pending) button.textContent = say.aloud; };
        voice.speak(words);
      });
    });
    window.addEventListener('pagehide', function () { voice.cancel(); });
    window.addEventListener('leaving', function () { voice.cancel(); });
  }

  // Photos are made smaller on the device: a bad line carries them, and what the camera noted of the place is left out.
  const edge = 2200;
  [].forEach.call(document.querySelectorAll('input[type=file]'), function (field) {
    field.addEventListener('change', function () {
      if (!window.DataTransfer || !window.createImageBitmap) return;
      const chosen = [].slice.call(field.files);
      Promise.all(chosen.map(smaller)).then(function (files) {
        if (files.every(function (file, i) { return file === chosen[i]; }) || field.files.length !== chosen.length) return;
        const all = new DataTransfer();
        files.forEach(function (file) { all.items.add(file); });
        field.files = all.files;
      });
    });
  });
  function smaller(file) {
    if (!/^image\/(jpeg|webp)$/.test(file.type) || file.size < 800000) return Promise.resolve(file);
    return createImageBitmap(file, { imageOrientation: 'from-image' }).then(function (picture) {
      const by = Math.min(1, edge / Math.max(picture.width, picture.height));
      const sheet = document.createElement('canvas');
      sheet.width = Math.round(picture.width * by);
      sheet.height = Math.round(picture.height * by);
      sheet.getContext('2d').drawImage(picture, 0, 0, sheet.width, sheet.height);
      return new Promise(function (done) { sheet.toBlob(done, 'image/jpeg', 0.85); });
    }).then(function (blob) {
      return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, '') + '.jpg', { type: 'image/jpeg' }) : file;
    }).catch(function () { return file; });
  }
})();
