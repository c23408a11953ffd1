// Works out the chances while targets are being typed. Without it, a button does the same.
const form = document.querySelector("form[data-chances]");
const offline = document.getElementById("offline");
let waiting, asking;

function show(text) {
  const pieces = new DOMParser().parseFromString(text, "text/html").querySelectorAll("[data-into]");
  for (const piece of pieces) {
    const place = document.getElementById(piece.dataset.into);
    if (place && place.innerHTML !== piece.innerHTML) place.replaceChildren(...piece.childNodes);
  }
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const answer = await fetch(form.dataset.chances, {
      method: "POST",
      headers: { accept: "text/html" },
      body: new URLSearchParams(new FormData(form)),
      signal,
    });
    if (!answer.ok) throw new Error(answer.status);
    show(await answer.text());
    offline.hidden = true;
  } catch {
    if (!signal.aborted) offline.hidden = false;
  }
}

form?.addEventListener("input", (event) => {
  if (!/^(min\.|max\.|columns$)/.test(event.target.name)) return;
  clearTimeout(waiting);
  waiting = setTimeout(ask, 250);
});
