// The start page: times as this browser's clock shows them; without scripts they stay in UTC.
for (const time of document.querySelectorAll('time')) {
  time.textContent = new Date(time.dateTime).toLocaleString(document.documentElement.lang);
}
