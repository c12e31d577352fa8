// The start page follows the logins as they happen: an event says that one has changed, the page is fetched again, and
// its list of logins takes the place of the old one.
(function () {
  'use strict';

  const list = () => document.querySelector('.js_logins');

  /** Times as this browser's clock shows them; without scripts they stay in UTC. */
  function showLocalTimes() {
    for (const time of list().querySelectorAll('time')) {
      time.textContent = new Date(time.dateTime).toLocaleString(document.documentElement.lang);
    }
  }
  let timer;

  async function refresh() {
    timer = undefined;
    const response = await fetch(window.location.href, { cache: 'no-store' });
    const fresh = new DOMParser()
      .parseFromString(await response.text(), 'text/html')
      .querySelector('.js_logins');
    // What somebody has opened or closed stays so; a login that is new comes as the server sends it.
    for (const details of fresh.querySelectorAll('details[data-id]')) {
      const shown = list().querySelector(`details[data-id="${details.dataset.id}"]`);
      if (shown) details.open = shown.open;
    }
    const [more, shownMore] = [fresh, list()].map((each) => each.querySelector('details.more'));
    if (more && shownMore) more.open = shownMore.open;
    list().replaceWith(fresh);
    showLocalTimes();
  }

  // Several steps of a login come at once.
  function changed() {
    timer ??= setTimeout(() => refresh().catch(() => undefined), 100);
  }

  showLocalTimes();
  const events = new EventSource('/_emulator/events');
  for (const type of ['login', 'reset']) events.addEventListener(type, changed);
  // After a break (the emulator was started again) the page may have missed some.
  let wasOpen = false;
  events.onopen = () => {
    if (wasOpen) changed();
    wasOpen = true;
  };
})();
