/** How often an open page reloads itself. */
const INTERVAL_MILLISECONDS = 2000;

/**
 * Replaces what has changed of the page; what the reader has opened stays open. The page is complete without
 * it.
 */
export const REFRESH_SCRIPT = `
const parts = ['main', '.clock'];
const openKeys = () => [...document.querySelectorAll('details[open][data-key]')].map((one) => one.dataset.key);
function replace(fresh) {
  const open = new Set(openKeys());
  for (const part of parts) {
    const [now, next] = [document.querySelector(part), fresh.querySelector(part)];
    for (const one of next.querySelectorAll('details[data-key]')) one.open = open.has(one.dataset.key) || one.open;
    if (now.innerHTML !== next.innerHTML) now.innerHTML = next.innerHTML;
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
