/** How often a page that is looked at reads itself again. */
const INTERVAL_MILLISECONDS = 2000;

/**
 * Replaces what has changed of the page, and leaves alone where the reader has scrolled to, what they have opened or
 * selected. The page is complete without it.
 */
export const REFRESH_SCRIPT = `
const parts = ['main', '.clock'];
const openKeys = () => [...document.querySelectorAll('details[open][data-key]')].map((one) => one.dataset.key);
const scrolls = () => [...document.querySelectorAll('[data-scroll]')].map((one) => [one.dataset.scroll, one.scrollLeft, one.scrollTop]);
function replace(fresh) {
  const open = new Set(openKeys());
  const places = scrolls();
  for (const part of parts) {
    const [now, next] = [document.querySelector(part), fresh.querySelector(part)];
    for (const one of next.querySelectorAll('details[data-key]')) one.open = open.has(one.dataset.key) || one.open;
    if (now.innerHTML !== next.innerHTML) now.innerHTML = next.innerHTML;
  }
  for (const [key, left, top] of places) {
    const one = document.querySelector('[data-scroll="' + CSS.escape(key) + '"]');
    if (one) { one.scrollLeft = left; one.scrollTop = top; }
  }
}
async function refresh() {
  if (document.hidden || !getSelection().isCollapsed) return;
  const lost = document.querySelector('.lost');
  try {
    const response = await fetch(location.href, { cache: 'no-store' });
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html');
    if (fresh.querySelector('main')) replace(fresh);
    lost.hidden = true;
  } catch {
    lost.hidden = false;
  }
}
(async () => {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, ${INTERVAL_MILLISECONDS}));
    await refresh();
  }
})();
`;
