// Nothing here is needed: every page works without it.
(function () {
  'use strict';

  // What is wrong with a form is read out and seen first.
  const summary = document.getElementById('error-summary');
  if (summary) summary.focus();

  // A link of the error summary leads into its field, not merely near it.
  document.addEventListener('click', function (event) {
    const link = event.target.closest && event.target.closest('.summary a[href^="#"]');
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    const group = field.closest('.fg') || field;
    group.scrollIntoView();
    field.focus({ preventScroll: true });
  });

  // Somebody must leave at once: by the button, or by Shift three times. The page goes before the server has answered.
  const leave = document.querySelector('form.leave');
  function go() {
    document.title = '\u200b';
    window.dispatchEvent(new Event('leaving'));
    document.body.hidden = true;
    const body = new URLSearchParams();
    if (navigator.sendBeacon) navigator.sendBeacon(leave.action, body);
    location.replace('/calendar');
  }
  if (leave) {
    leave.addEventListener('submit', function (event) { event.preventDefault(); go(); });
    let pressed = [];
    document.addEventListener('keydown', function (event) {
      if (event.key !== 'Shift') { pressed = []; return; }
      if (event.repeat) return;
      pressed = pressed.concat(Date.now()).slice(-3);
      if (pressed.length === 3 && pressed[2] - pressed[0] < 3000) go();
    });
  }

  // A code that was scanned fills the form in. What follows the # never leaves this browser, and is taken off the address.
  const scanned = /^#([^.]+)\.(.+)$/.exec(decodeURIComponent(location.hash));
  const reference = document.getElementById('f-reference');
  const code = document.getElementById('f-code');
  if (scanned && reference && code && location.pathname === '/follow') {
    reference.value = scanned[1];
    code.value = scanned[2];
    history.replaceState(null, '', location.pathname);
  }

  // Size and colours change in place, so that nothing typed into a form is lost.
  const root = document.documentElement;
  document.addEventListener('click', function (event) {
    const button = event.target.closest && event.target.closest('form.look button');
    if (!button || !window.fetch || !window.URLSearchParams) return;
    event.preventDefault();
    const body = new URLSearchParams();
    body.set(button.name, button.value);
    fetch(button.form.action, { method: 'POST', body: body, credentials: 'same-origin', redirect: 'manual' })
      .catch(function () {})
      .then(function () { show(button.name, button.value); });
  });

  function show(name, value) {
    const others = name === 'size' ? ['standard', 'large', 'extra'] : ['auto', 'light', 'dark'];
    others.forEach(function (other) { root.classList.toggle(other, other === value); });
    document.querySelectorAll('button[aria-pressed][name="' + name + '"]').forEach(function (b) {
      b.setAttribute('aria-pressed', String(b.value === value));
    });
    const quick = document.querySelector('.top button[data-large]');
    if (!quick || name !== 'size') return;
    quick.value = value === 'standard' ? 'large' : 'standard';
    quick.textContent = value === 'standard' ? quick.dataset.large : quick.dataset.standard;
  }
})();
