// Asks for the page again every ten seconds and puts the new one in place of
// the old. While the reader is elsewhere on the page, a line offers it instead.
(() => {
  if (!("refresh" in document.body.dataset)) return;
  const every = 10000;
  const news = document.querySelector(".news");
  const fingerprint = (root) => root.querySelector("main").innerHTML.replace(/<time[^>]*>[^<]*<\/time>/g, "");
  async function look() {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
      if (!answer.ok) return;
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (fingerprint(next) === fingerprint(document)) return;
      if (scrollY > 200 || getSelection().toString() !== "") {
        news.hidden = false;
        return;
      }
      document.querySelector("main").replaceWith(next.querySelector("main"));
      news.hidden = true;
    } catch {
      // the daemon is away: the next look tells
    }
  }
  setInterval(() => { if (!document.hidden) look(); }, every);
})();
