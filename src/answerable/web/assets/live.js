// Show what is new on a page that people watch together; without this they reload it themselves.
const find = (root) => root.querySelector("[data-live]");

const watch = async () => {
  const shown = find(document);
  if (!shown) return;
  try {
    const answer = await fetch(window.location.href, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = answer.ok && page.getElementById(shown.id);
    if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceWith(document.adoptNode(fresh));
  } catch {
    // the hall's network may be down for a while
  }
  if (find(document)) setTimeout(watch, 1000 * Number(find(document).dataset.live));
};

setTimeout(watch, 1000 * Number(find(document).dataset.live));
