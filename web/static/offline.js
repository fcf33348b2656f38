// Without a network a page of ours says so, and sends what waits when the network is back. Nothing of anybody's pages is
// kept: only that page, and what draws it.
'use strict';
const room = 'offline-1';
const page = '/offline';

self.addEventListener('install', function (event) {
  event.waitUntil(caches.open(room).then(function (cache) {
    return fetch(page, { credentials: 'omit' }).then(function (answer) {
      return answer.clone().text().then(function (text) {
        const parts = (text.match(/\/static\/[\w.-]+\.(?:css|js|svg)/g) || []);
        return Promise.all([cache.put(page, answer), cache.addAll(parts)]);
      });
    });
  }).then(function () { return self.skipWaiting(); }));
});

self.addEventListener('activate', function (event) { event.waitUntil(self.clients.claim()); });

self.addEventListener('fetch', function (event) {
  if (event.request.mode === 'navigate') {
    event.respondWith(fetch(event.request).catch(function () { return caches.match(page, { cacheName: room }); }));
    return;
  }
  if (new URL(event.request.url).pathname.indexOf('/static/') !== 0) return;
  event.respondWith(fetch(event.request).catch(function () { return caches.match(event.request, { cacheName: room }); }));
});
