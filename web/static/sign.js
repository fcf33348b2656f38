// A signature drawn with a finger, a pen or a mouse: kept as strokes, so that it prints sharp and weighs little. It can be
// typed instead, and is where there are no scripts.
(function () {
  'use strict';
  const box = document.querySelector('[data-draw]');
  const sheet = box && box.querySelector('canvas');
  const pen = sheet && sheet.getContext && sheet.getContext('2d');
  if (!pen) return;
  const kept = box.querySelector('input');
  const most = 22000; // characters; the server takes a little more
  let down = false;
  let last = null;
  box.hidden = false;

  function paint() {
    pen.clearRect(0, 0, sheet.width, sheet.height);
    pen.strokeStyle = getComputedStyle(box).color;
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = 'round';
    pen.beginPath();
    kept.value.split(/ (?=[ML])/).filter(Boolean).forEach(function (step) {
      const at = step.slice(1).split(' ');
      if (step[0] === 'M') pen.moveTo(+at[0], +at[1]);
      else pen.lineTo(+at[0], +at[1]);
    });
    pen.stroke();
  }

  // add puts a point where the finger is, in the sheet's own measure; points closer than three are one.
  function add(event, how) {
    const edge = sheet.getBoundingClientRect();
    const x = Math.round(Math.min(600, Math.max(0, (event.clientX - edge.left) * 600 / edge.width)));
    const y = Math.round(Math.min(200, Math.max(0, (event.clientY - edge.top) * 200 / edge.height)));
    if (how === 'L' && last && Math.abs(x - last[0]) + Math.abs(y - last[1]) < 3) return;
    if (kept.value.length > most) return;
    kept.value += (kept.value ? ' ' : '') + how + x + ' ' + y;
    last = [x, y];
    paint();
  }

  function start(event) { down = true; last = null; add(event, 'M'); event.preventDefault(); }
  function move(event) { if (down) { add(event, 'L'); event.preventDefault(); } }
  function stop() { down = false; }
  function finger(act) { return function (event) { if (event.touches.length === 1) act({ clientX: event.touches[0].clientX, clientY: event.touches[0].clientY, preventDefault: function () { event.preventDefault(); } }); }; }

  if (window.PointerEvent) {
    sheet.addEventListener('pointerdown', function (event) { if (sheet.setPointerCapture) sheet.setPointerCapture(event.pointerId); start(event); });
    sheet.addEventListener('pointermove', move);
    sheet.addEventListener('pointerup', stop);
    sheet.addEventListener('pointercancel', stop);
  } else {
    sheet.addEventListener('touchstart', finger(start), { passive: false });
    sheet.addEventListener('touchmove', finger(move), { passive: false });
    window.addEventListener('touchend', stop);
    sheet.addEventListener('mousedown', start);
    sheet.addEventListener('mousemove', move);
    window.addEventListener('mouseup', stop);
  }
  box.querySelector('button').addEventListener('click', function () { kept.value = ''; paint(); });
  paint();
})();
