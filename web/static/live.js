// Keeps a page up to date: asks for it again, and puts what moved in place of
// what was there. Pages work without it.
(() => {
  "use strict";
  const every = 15000;
  const offline = document.getElementById("offline");
  const news = document.getElementById("news");
  let tag = "";
  let timer = 0;

  // A reader who is in the middle of a section keeps it as it is.
  function busy(section) {
    const selection = getSelection();
    return section.contains(document.activeElement) ||
      (selection !== null && !selection.isCollapsed && section.contains(selection.anchorNode));
  }

  function keepOpen(from, to) {
    const was = from.querySelectorAll("details");
    to.querySelectorAll("details").forEach((d, i) => { if (was[i] !== undefined) d.open = was[i].open; });
  }

  function exchange(next) {
    // A section that came or went changes the page's build.
    const ids = (root) => Array.from(root.querySelectorAll("[data-live]"), (s) => s.id).join();
    if (ids(next) !== ids(document)) { location.reload(); return false; }
    const known = new Set(Array.from(document.querySelectorAll(".alert"), (a) => a.id));
    let fresh = 0;
    let skipped = false;
    for (const section of document.querySelectorAll("[data-live]")) {
      const other = next.getElementById(section.id);
      if (other === null || other.outerHTML === section.outerHTML) continue;
      if (busy(section)) { skipped = true; continue; }
      keepOpen(section, other);
      for (const alert of other.querySelectorAll(".alert")) {
        if (!known.has(alert.id)) { alert.classList.add("fresh"); fresh++; }
      }
      section.replaceWith(other);
    }
    if (fresh > 0) news.textContent = news.dataset.text;
    document.title = next.title;
    return !skipped;
  }

  async function look() {
    try {
      const headers = tag === "" ? {} : { "If-None-Match": tag };
      const answer = await fetch(location.href, { headers, cache: "no-store", credentials: "same-origin", redirect: "manual" });
      if (answer.type === "opaqueredirect") { location.reload(); return; } // the session ended
      offline.hidden = answer.status !== 502 && answer.status !== 503 && answer.status !== 504;
      if (!answer.ok) return;
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      tag = exchange(next) ? answer.headers.get("ETag") ?? "" : "";
    } catch {
      offline.hidden = false; // what is shown grows old: say so
    }
  }

  async function round() {
    clearTimeout(timer);
    if (!document.hidden) await look();
    timer = setTimeout(round, every);
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden) round(); });
  timer = setTimeout(round, every);
})();
