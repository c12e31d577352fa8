/* global document, navigator */

const link = document.getElementById('link');
const button = document.getElementById('copy');

button.addEventListener('click', async () => {
  // Over plain http there is no clipboard: then the link is selected, and the phone's own menu copies it.
  link.select();
  await navigator.clipboard?.writeText(link.value);
  if (navigator.clipboard) button.textContent = button.dataset.copied;
});
